import type { WorldModel } from "../core/world-model.js";
import { type ContextShape, contextShape, packContext } from "../math/packed-context.js";
import { Timeline } from "./timeline.js";

interface Observation {
  readonly latent: ArrayLike<number>;
  /** Normalised, in force in the model step before. */
  readonly before: ArrayLike<number>;
}

/**
 * The last observations and actions, for models whose rollouts start from several frames: those observed one model step apart, to half a control
 * period. Where there is none, at the beginning or because observations come at another pace, all is taken to have stood still until then.
 */
export class ContextBuffer {
  private readonly shape: ContextShape;
  private readonly observations: Timeline<Observation>;
  private readonly stepNs: bigint;
  private readonly toleranceNs: bigint;
  private readonly atRest: Float32Array;

  /** @param rest the normalised action of standing still */
  constructor(model: WorldModel, rest: ArrayLike<number>) {
    this.shape = contextShape(model);
    this.stepNs = BigInt(Math.round(model.stepS * 1e9));
    this.toleranceNs = this.stepNs / BigInt(2 * model.blockSize);
    this.observations = new Timeline((this.stepNs + this.toleranceNs) * BigInt(this.shape.frames - 1));
    this.atRest = Float32Array.from({ length: this.shape.block }, (_, i) => rest[i % rest.length]!);
  }

  /**
   * @param latent of the frame taken at `stampNs`; kept, so it must not be written to afterwards
   * @param before `block * action`, normalised: what was in force in the model step that ends there; kept, too
   * @returns `[context]`
   */
  observe(stampNs: bigint, latent: ArrayLike<number>, before: ArrayLike<number>): Float32Array {
    const { frames } = this.shape;
    const known: Observation[] = [{ latent, before }]; // the newest first
    this.observations.push(stampNs, known[0]!);
    for (let at = stampNs; known.length < frames; ) {
      const earlier = this.observations.nearest(at - this.stepNs, this.toleranceNs);
      if (earlier === undefined) break;
      known.push(earlier.value);
      at = earlier.stampNs;
    }
    const ages = Array.from({ length: frames }, (_, i) => frames - 1 - i); // in steps, the oldest frame first
    return packContext(
      this.shape,
      ages.map((age) => (known[age] ?? known.at(-1)!).latent),
      ages.slice(1).map((age) => (age + 1 < known.length ? known[age]!.before : this.atRest)),
    );
  }
}
