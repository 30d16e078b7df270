import type { ModelUncertainty } from "../../core/guardrail.js";

type Name = "present" | "former";

/** A controller of this version reports under both names in turn; so many in a row under the former one come from something older. */
const FORMER_ALONE = 10;

/**
 * Joins what is reported under the present and the former name of the topic: the greater of each number counts, so that neither name can loosen what
 * was reported under the other.
 */
export class ReportedUncertainty {
  private readonly latest: Record<Name, ModelUncertainty> = { present: {}, former: {} };
  private formerInARow = 0;

  /** @param warn called once, when only the former name is used */
  constructor(private readonly warn: () => void) {}

  /** What holds after this report. A number that nobody reported is left out; NaN, the worst, wins. */
  report(name: Name, { surprise, uncertainty }: ModelUncertainty): ModelUncertainty {
    this.formerInARow = name === "former" ? this.formerInARow + 1 : 0;
    if (this.formerInARow === FORMER_ALONE) this.warn();
    const before = this.latest[name];
    this.latest[name] = { surprise: surprise ?? before.surprise, uncertainty: uncertainty ?? before.uncertainty };
    const { present, former } = this.latest;
    return { surprise: greater(present.surprise, former.surprise), uncertainty: greater(present.uncertainty, former.uncertainty) };
  }
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
