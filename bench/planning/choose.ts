import { mean, quantile } from "#src/math/statistics.js";

/** One setting of a planner with so many iterations: what came of each problem. */
export interface Point<Settings> {
  readonly series: string;
  readonly settings: Settings;
  readonly iterations: number;
  /** One a plan. */
  readonly ms: readonly number[];
  /** How much more the plan costs than the best plan known of its problem, metres. */
  readonly regret: readonly number[];
}

export interface Spread {
  readonly n: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
}

export function spread(samples: readonly number[]): Spread {
  const at = (p: number) => quantile(samples, p);
  return { n: samples.length, p10: at(0.1), median: at(0.5), p90: at(0.9) };
}

/** The point that takes least time of those that plan as well as asked; undefined: none does. */
export function cheapest<P extends Point<unknown>>(points: readonly P[], regret: number): P | undefined {
  let best: P | undefined;
  let bestMs = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const ms = quantile(point.ms, 0.5);
    if (!(mean(point.regret) <= regret && ms < bestMs)) continue;
    best = point;
    bestMs = ms;
  }
  return best;
}

/** Those that no other point beats in time and regret, by time. */
export function frontier<P extends Point<unknown>>(points: readonly P[]): P[] {
  const byTime = points
    .map((point) => ({ point, ms: quantile(point.ms, 0.5), regret: mean(point.regret) }))
    .sort((a, b) => a.ms - b.ms || a.regret - b.regret);
  const kept: P[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const { point, regret } of byTime) {
    if (!(regret < least)) continue;
    least = regret;
    kept.push(point);
  }
  return kept;
}

/** How many times longer `slow` takes than `fast`, plan by plan: both made theirs of the same problem, one soon after the other. */
export function ratio(slow: readonly number[], fast: readonly number[]): Spread {
  return spread(slow.map((ms, i) => ms / fast[i]!));
}

/** The least time in which each series plans so well; undefined: in none of its settings. */
export function timesAt(
  swept: readonly { readonly series: string; readonly ms: number; readonly regret: number }[],
  regret: number,
): Map<string, number | undefined> {
  const times = new Map<string, number | undefined>();
  for (const one of swept) {
    const before = times.get(one.series);
    times.set(one.series, one.regret <= regret && !(before !== undefined && before <= one.ms) ? one.ms : before);
  }
  return times;
}
