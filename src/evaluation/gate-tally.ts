import { type Command, valuesOf } from "../core/command.js";
import type { Verdict } from "../core/gate.js";
import type { ViolationId } from "../core/violation.js";
import type { GuardState } from "../ros/clients/status-client.js";

/** Control ticks by the gate's verdict, while the robot was driving: rest that passes shows nothing. */
export interface GateCounts {
  readonly pass: number;
  readonly limited: number;
  readonly slowdown: number;
  readonly stop: number;
  /** Ticks that were stopped, by rule. */
  readonly stoppedBy: Readonly<Record<string, number>>;
}

export const NO_TICKS: GateCounts = { pass: 0, limited: 0, slowdown: 0, stop: 0, stoppedBy: {} };

export function withVerdict(counts: GateCounts, verdict: Verdict): GateCounts {
  const { kind, command } = verdict;
  if (kind === "pass" && isRest(command)) return counts;
  // The rule that has no answer left is met last.
  const rule = kind === "stop" ? verdict.because.at(-1)?.id : undefined;
  return addCounts(counts, { ...NO_TICKS, [kind]: 1, ...(rule !== undefined && { stoppedBy: { [rule]: 1 } }) });
}

function isRest(command: Command): boolean {
  return valuesOf(command).every((value) => value === 0);
}

export function addCounts(a: GateCounts, b: GateCounts): GateCounts {
  const stoppedBy: Record<string, number> = { ...a.stoppedBy };
  for (const [rule, ticks] of Object.entries(b.stoppedBy)) stoppedBy[rule] = (stoppedBy[rule] ?? 0) + ticks;
  return {
    pass: a.pass + b.pass,
    limited: a.limited + b.limited,
    slowdown: a.slowdown + b.slowdown,
    stop: a.stop + b.stop,
    stoppedBy,
  };
}

/**
 * What the guard's process counted from one of its states to the next. It counts every rule that was violated in a stopped tick, so that one
 * tick may count for several.
 */
export function countsBetween(before: GuardState["counts"], after: GuardState["counts"]): GateCounts {
  const gained = (kind: Verdict["kind"]) => after.ticks[kind] - before.ticks[kind];
  const ids = Object.keys(after.stoppedBy) as ViolationId[];
  const stops = ids.map((id) => [id, (after.stoppedBy[id] ?? 0) - (before.stoppedBy[id] ?? 0)] as const);
  return {
    pass: gained("pass"),
    limited: gained("limited"),
    slowdown: gained("slowdown"),
    stop: gained("stop"),
    stoppedBy: Object.fromEntries(stops.filter(([, ticks]) => ticks > 0)),
  };
}

/** The gate's verdicts over a number of episodes, as fractions. Where nothing obstructs a sound robot, each stop is a false one. */
export interface GateFractions {
  readonly ticks: number;
  /** Fractions of those ticks, each from 0 to 1; null: there are none. */
  readonly pass: number | null;
  readonly limited: number | null;
  readonly slowdown: number | null;
  readonly stop: number | null;
  /** Ticks that were stopped, by rule, the most frequent first. */
  readonly stoppedBy: Readonly<Record<string, number>>;
}

export function fractionsOf(counts: GateCounts): GateFractions {
  const ticks = counts.pass + counts.limited + counts.slowdown + counts.stop;
  const fraction = (of: number) => (ticks === 0 ? null : Math.round((of / ticks) * 1e5) / 1e5);
  return {
    ticks,
    pass: fraction(counts.pass),
    limited: fraction(counts.limited),
    slowdown: fraction(counts.slowdown),
    stop: fraction(counts.stop),
    stoppedBy: Object.fromEntries(Object.entries(counts.stoppedBy).sort(([, a], [, b]) => b - a)),
  };
}
