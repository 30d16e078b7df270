import { quantile } from "../math/statistics.js";
import type { Fault } from "./fault.js";
import type { ProcessResources } from "./process-resources.js";
import { isMeasured, type Trial } from "./trial.js";

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** One line of the table. */
export interface Line {
  readonly name: string;
  readonly what: string;
  readonly allowed: Fault["allowed"];
  /** Trials, and those among them whose times could be measured. */
  readonly trialCount: number;
  readonly repeats: number;
  readonly touches: number;
  readonly beyondLimits: number;
  /** Over the trials in which it came to be; `zeros` and `rests` of them. */
  readonly zeroMs?: Spread;
  readonly zeros: number;
  readonly restMs?: Spread;
  readonly rests: number;
  /** The rules by which the guard stopped the robot, the most frequent first. */
  readonly stoppedBy: readonly string[];
  readonly recoveryMs?: Spread;
  readonly recovered: number;
  readonly deaths: readonly string[];
  /** From the first trial to the last, of each process that lived through all of them. */
  readonly growth: Readonly<Record<string, Omit<ProcessResources, "pid">>>;
  /** Between those two, of what could leave something behind. */
  readonly cycles?: number;
  /** What is not as it is allowed to be; none: all is well. */
  readonly objections: readonly string[];
  readonly trials: readonly Trial[];
}

/** @param refusal why there were no more trials, if there should have been */
export function summarise({ name, what, allowed, cycles }: Fault, trials: readonly Trial[], refusal?: string): Line {
  const timed = trials.filter(isMeasured);
  const zeroMs = present(timed.map((t) => t.zeroMs));
  const restMs = present(timed.map((t) => t.restMs));
  const recoveryMs = present(trials.map((t) => t.recoveryMs));
  const sum = (of: (t: Trial) => number) => trials.reduce((total, t) => total + of(t), 0);
  const line = {
    name,
    what,
    allowed,
    trialCount: trials.length,
    repeats: timed.length,
    touches: sum((t) => t.touches),
    beyondLimits: sum((t) => t.beyondLimits),
    ...spread("zeroMs", zeroMs),
    zeros: zeroMs.length,
    ...spread("restMs", restMs),
    rests: restMs.length,
    stoppedBy: byFrequency(present(trials.map((t) => t.stoppedBy))),
    ...spread("recoveryMs", recoveryMs),
    recovered: recoveryMs.length,
    deaths: trials.flatMap((t) => t.deaths),
    growth: growth(trials),
    ...(cycles !== undefined && { cycles: cycles * Math.max(0, trials.length - 1) }),
    trials,
  };
  return { ...line, objections: [...objectionsTo(line), ...(refusal === undefined ? [] : [`not tried further: ${refusal}`])] };
}

function objectionsTo(line: Omit<Line, "objections">): string[] {
  const { allowed, repeats, trialCount } = line;
  const late = (what: string, limitMs: number | undefined, came: number, found: Spread | undefined) => {
    if (limitMs === undefined || repeats === 0) return [];
    if (came < repeats) return [`${what} did not come ${repeats - came} times of ${repeats}`];
    return found!.max <= limitMs ? [] : [`${what} took up to ${found!.max.toFixed(0)} ms, allowed are ${limitMs} ms`];
  };
  return [
    ...(allowed.touches !== undefined && line.touches > allowed.touches ? [`${line.touches} touches`] : []),
    ...(line.beyondLimits > 0 ? [`${line.beyondLimits} commands beyond the limits`] : []),
    ...late("zero", allowed.zeroMs, line.zeros, line.zeroMs),
    ...late("rest", allowed.restMs, line.rests, line.restMs),
    ...(line.recovered < trialCount ? [`the robot did not go on ${trialCount - line.recovered} times of ${trialCount}`] : []),
    ...(repeats === 0 && trialCount > 0 ? ["no time could be measured: the machine was held up"] : []),
    ...(line.deaths.length > 0 ? [`ended by itself: ${line.deaths.join(", ")}`] : []),
    ...byFrequency(line.trials.flatMap((t) => t.objections)),
  ];
}

function spread<Key extends string>(key: Key, samples: readonly number[]): { readonly [K in Key]?: Spread } {
  if (samples.length === 0) return {};
  return { [key]: { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99), max: Math.max(...samples) } } as { [K in Key]?: Spread };
}

function growth(trials: readonly Trial[]): Line["growth"] {
  const [first, last] = [trials[0]?.resources ?? {}, trials.at(-1)?.resources ?? {}];
  return Object.fromEntries(
    Object.entries(first).flatMap(([name, before]) => {
      const after = last[name];
      if (after?.pid !== before.pid || trials.length < 2) return [];
      const { residentMb, files, threads } = before;
      return [[name, { residentMb: after.residentMb - residentMb, files: after.files - files, threads: after.threads - threads }]];
    }),
  );
}

function byFrequency(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
