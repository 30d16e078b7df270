import { setTimeout as sleep } from "node:timers/promises";
import type { Precision } from "#src/core/model.js";
import type { Point } from "./choose.js";
import type { OurSettings, Ours } from "./ours.js";
import type { Peer } from "./peer.js";
import type { Problem } from "./problems.js";
import type { PeerSettings, Series } from "./settings.js";
import type { Trace } from "./trace.js";

/** A series reduced to one setting: what is planned with. */
export interface Entry {
  readonly series: Series;
  readonly settings: OurSettings | PeerSettings;
}

/** A plan that somebody made, judged. */
export interface Judged extends Trace {
  readonly cost: readonly number[];
  /** Worst guardrail margin that the plan breaks; it was not told of any. */
  readonly violation: readonly number[];
  /** Time in rollouts, where it is known. */
  readonly rolloutMs: number | undefined;
}

/** Libraries let their threads spin for a moment after their work: nobody shall be measured in that. */
const REST_MS = 4;

/** Everybody who plans, and the judge. */
export class Contest {
  private readonly lowest: number[];

  constructor(
    private readonly problems: readonly Problem[],
    private readonly ours: ReadonlyMap<string, Ours>,
    private readonly peers: ReadonlyMap<number, Peer>,
    private readonly judge: Ours,
  ) {
    this.lowest = problems.map(() => Number.POSITIVE_INFINITY);
  }

  static key(precision: Precision, threads: number): string {
    return `${precision} ${threads}`;
  }

  /** One plan, timed, then judged. */
  async plan({ series, settings }: Entry, problem: number, seed: number): Promise<Judged> {
    await sleep(REST_MS);
    const trace = await this.trace(series, settings, problem, seed);
    const { cost, violation } = await this.judge.judge(this.problems[problem]!, trace.actions);
    for (const value of cost) this.know(problem, value);
    return { ...trace, cost: Array.from(cost), violation: Array.from(violation), rolloutMs: trace.rolloutMs };
  }

  /** Somebody has a plan of such a cost. */
  know(problem: number, cost: number): void {
    this.lowest[problem] = Math.min(this.lowest[problem]!, cost);
  }

  /** The lowest cost of a problem that anybody found. */
  lowestOf(problem: number): number {
    return this.lowest[problem]!;
  }

  private async trace(
    series: Series,
    settings: OurSettings | PeerSettings,
    problem: number,
    seed: number,
  ): Promise<Trace & { readonly rolloutMs?: number }> {
    if (series.by === "ours")
      return this.ours.get(Contest.key(series.precision, series.threads))!.plan(settings as OurSettings, this.problems[problem]!, seed);
    const { ms, actions } = await this.peers.get(series.threads)!.plan(series.planner, settings, problem, seed);
    return { ms, actions: actions.map((plan) => Float32Array.from(plan)) };
  }
}

/** What is left of many plans with one setting: a point for each number of iterations. */
export function pointsOf(
  entry: Entry,
  plans: readonly { readonly problem: number; readonly judged: Judged }[],
  contest: Contest,
): Point<OurSettings | PeerSettings>[] {
  const first = plans[0];
  if (first === undefined) return [];
  return first.judged.ms.map((_, i) => ({
    series: entry.series.name,
    // A planner that tells only of its last iteration has the number that it was set to.
    iterations: first.judged.ms.length === 1 ? entry.settings.iterations : i + 1,
    settings: entry.settings,
    ms: plans.map(({ judged }) => judged.ms[i]!),
    regret: plans.map(({ problem, judged }) => judged.cost[i]! - contest.lowestOf(problem)),
  }));
}
