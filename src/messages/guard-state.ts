import type { Verdict } from "../core/gate.js";
import { FORMER_IDS, isBuiltIn, ruleOf, type Unit, type Violation, type ViolationId } from "../core/violation.js";
import { violationText } from "./verdict-text.js";

type Values = Readonly<Record<string, string | number | boolean | undefined>>;
type Kind = Verdict["kind"];
const KINDS: readonly Kind[] = ["pass", "limited", "slowdown", "stop"];
const COUNT = "count.";

/** A verdict as the keys of `guard_state`: its kind, the findings by number, and all of them as one sentence for people. */
export function verdictValues(verdict: Verdict): Values {
  const because = verdict.kind === "pass" ? [] : verdict.because;
  return {
    verdict: verdict.kind,
    rules: because.map(({ id }) => id).join(", "),
    because: because.map(violationText).join("; "),
    ...Object.fromEntries(
      because.flatMap(({ id, value, limit, unit, axis }, i) => {
        const facts = { rule: ruleOf(id), id, value, limit, unit, ...(axis !== undefined && { axis }) };
        return Object.entries(facts).map(([key, fact]) => [`because.${i}.${key}`, fact]);
      }),
    ),
  };
}

export interface ReportedVerdict {
  /** Undefined: of a kind that this version does not know. */
  readonly kind: Kind | undefined;
  readonly because: readonly Violation[];
}

/** What `verdictValues` wrote. Findings of an id that this version does not know are left out. */
export function verdictFrom(values: Readonly<Record<string, string>>): ReportedVerdict {
  const because: Violation[] = [];
  for (let i = 0; values[`because.${i}.id`] !== undefined; i++) {
    const of = (key: string) => values[`because.${i}.${key}`];
    const [id, axis] = [presentId(of("id")!), of("axis")];
    if (!isViolationId(id)) continue;
    because.push({
      id,
      value: Number(of("value")),
      limit: Number(of("limit")),
      unit: of("unit") as Unit,
      ...(axis !== undefined && { axis }),
    });
  }
  return { kind: KINDS.find((kind) => kind === values.verdict), because };
}

/** One number of a command on `guard_state`: the name of its axis (`linear.x`, or a joint's) and its value. */
export interface CommandNumber {
  readonly axis: string;
  readonly value: number;
  readonly unit: "m/s" | "rad/s";
}

const SUFFIXES = { _mps: "m/s", _rps: "rad/s" } as const;

export function commandFrom(values: Readonly<Record<string, string>>, which: "proposed" | "command"): CommandNumber[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const suffix = (Object.keys(SUFFIXES) as (keyof typeof SUFFIXES)[]).find((end) => key.startsWith(`${which}.`) && key.endsWith(end));
    return suffix ? [{ axis: key.slice(which.length + 1, -suffix.length), value: Number(value), unit: SUFFIXES[suffix] }] : [];
  });
}

/** Ticks since the guard's start, by verdict; and those that were stopped, by every finding that was met in them. */
export interface GuardCounts {
  readonly ticks: Readonly<Record<Kind, number>>;
  readonly stoppedBy: Readonly<Partial<Record<ViolationId, number>>>;
}

export function countsFrom(values: Readonly<Record<string, string>>): GuardCounts {
  const count = (what: string) => Number(values[COUNT + what] ?? 0);
  const prefix = `${COUNT}stop `;
  const ids = Object.keys(values).flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : []));
  return {
    ticks: { pass: count("pass"), limited: count("limited"), slowdown: count("slowdown"), stop: count("stop") },
    stoppedBy: Object.fromEntries(ids.flatMap((id) => (isViolationId(presentId(id)) ? [[presentId(id), count(`stop ${id}`)]] : []))),
  };
}

function presentId(id: string): string {
  return Object.entries(FORMER_IDS).find(([, former]) => former === id)?.[0] ?? id;
}

function isViolationId(text: string): text is ViolationId {
  return isBuiltIn(text) || text.startsWith("custom/") || text.endsWith(".failed");
}
