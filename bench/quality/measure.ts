import type { DifferentiableObjective } from "#src/core/objective.js";
import type { Plan } from "#src/core/planner.js";
import type { Tensor } from "#src/core/tensor.js";
import { seededRandom } from "#src/math/random.js";
import { quantile } from "#src/math/statistics.js";
import { tensor, values, zeros } from "#src/math/tensor.js";
import { createPlanner, type PlannerOptions } from "#src/planner/index.js";
import type { KnownAnswer } from "#src/planner/known-answers.js";

/** Work, in scores of one candidate. */
export const WORK = [128, 256, 512, 1024, 4096] as const;
/** What the gradient of one candidate costs, in scores: measured on the rooms model, 3 to 5. */
const GRADIENT_WORK = 4;
export const TIMES_MS = [0.5, 1, 2, 5, 10] as const;
/** Of each shape of a plan, so that what is timed is compiled. */
const WARM_UP_PLANS = 30;
const FIRST_SEED = 1000;

export interface Spread {
  readonly median: number;
  readonly p90: number;
}

/** Gaps are in percent of the lowest cost there is; Infinity where no plan that keeps the rules was found. */
export interface Measured {
  readonly planner: string;
  readonly problem: string;
  readonly start: "cold" | "warm";
  /** At each of `WORK`. */
  readonly byWork: readonly Spread[];
  /** At each of `TIMES_MS`. */
  readonly byTime: readonly Spread[];
  /** Work and time until within 1 %; Infinity: not within the most work. */
  readonly workToOnePercent: Spread;
  readonly msToOnePercent: Spread;
}

interface Point {
  readonly work: number;
  readonly ms: number;
  readonly gap: number;
}

export async function measure(name: keyof PlannerOptions, problem: KnownAnswer, start: "cold" | "warm", seeds: number): Promise<Measured> {
  const planner = createPlanner(name);
  const plan = async (seed: number): Promise<Point[]> => {
    const objective = problem.objective();
    const points: Point[] = [];
    const began = performance.now();
    for await (const { cost, violation } of planner.improve(objective, warmStart(problem, start), seededRandom(seed))) {
      const work = objective.scored + GRADIENT_WORK * objective.gradientEvaluations;
      const gap = violation > 0 ? Number.POSITIVE_INFINITY : 100 * (cost / problem.optimum - 1);
      points.push({ work, ms: performance.now() - began, gap });
      if (work >= WORK.at(-1)!) break;
    }
    return points;
  };
  for (let i = 0; i < WARM_UP_PLANS; i++) await plan(FIRST_SEED - 1 - i);
  const runs: Point[][] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) runs.push(await plan(seed));
  const at = (within: (point: Point) => boolean) => spread(runs.map((points) => points.findLast(within)?.gap ?? Number.POSITIVE_INFINITY));
  const reached = (of: (point: Point) => number) =>
    spread(runs.map((points) => of(points.find(({ gap }) => gap <= 1) ?? { work: Infinity, ms: Infinity, gap: 0 })));
  return {
    planner: name,
    problem: problem.name,
    start,
    byWork: WORK.map((most) => at(({ work }) => work <= most)),
    byTime: TIMES_MS.map((most) => at(({ ms }) => ms <= most)),
    workToOnePercent: reached(({ work }) => work),
    msToOnePercent: reached(({ ms }) => ms),
  };
}

/** Cold: no action at all. Warm: the best plan of the step before, as if it had gone by, and nothing in the last step. */
function warmStart({ steps, axes, best }: KnownAnswer, start: "cold" | "warm"): Tensor {
  const warm = zeros(steps, axes);
  if (start === "warm") warm.data.set(best.subarray(axes));
  return warm;
}

/** What an iteration of 128 candidates, 9 steps and 2 axes takes with an objective that takes next to nothing: the planner's own share, µs. */
export async function overhead(name: keyof PlannerOptions): Promise<Spread> {
  const [samples, steps, axes] = [128, 9, 2];
  const planner = createPlanner(name, { samples });
  const [cost, violation] = [new Float32Array(2 * samples), new Float32Array(2 * samples)];
  const objective: DifferentiableObjective = {
    async score(actions) {
      const rows = values(actions);
      for (let n = 0; n < actions.shape[0]!; n++) cost[n] = rows[n * steps * axes]! ** 2 + rows[n * steps * axes + 7]! ** 2;
      return { cost, violation };
    },
    async gradient(actions) {
      return tensor(
        values(actions).map((action) => 2 * action),
        actions.shape,
      );
    },
  };
  const iterations = 20;
  const us: number[] = [];
  for (let repeat = -100; repeat < 200; repeat++) {
    const began = performance.now();
    let plan: Plan | undefined;
    for await (plan of planner.improve(objective, zeros(steps, axes), seededRandom(FIRST_SEED))) if (plan.iterations >= iterations) break;
    if (repeat >= 0) us.push(((performance.now() - began) * 1000) / iterations);
  }
  return spread(us);
}

function spread(samples: readonly number[]): Spread {
  // Between two infinities there is nothing to interpolate.
  const at = (p: number) => {
    const value = quantile(samples, p);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return { median: at(0.5), p90: at(0.9) };
}
