import type { DifferentiableObjective, Objective, Scores } from "#src/core/objective.js";
import type { Tensor } from "#src/core/tensor.js";
import { motionModelOf } from "#src/embodiment/index.js";
import { trueModel } from "#src/evaluation/true-model.js";
import { collectRequests } from "#src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "#src/lockstep/load-setup.js";
import { seededRandom } from "#src/math/random.js";
import { mean } from "#src/math/statistics.js";
import { tensor, values } from "#src/math/tensor.js";
import { createPlanner, type PlannerOptions } from "#src/planner/index.js";
import { buildPlanner, makeMpcPlanner } from "#src/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "#src/runtime/system-clock.js";
import { createNavigationWorld } from "#src/worlds/index.js";

export const ROOMS_WORK = [128, 256, 384, 512, 768, 1152] as const;
const SLOPE = 4;
const ITERATIONS = 10;
/** Above the best plan known: where a plan runs into a wall that the model does not see, one problem would outweigh all others. */
const MOST_REGRET = 0.1;
/** So many of the best of one iteration are ranked by the model and by the truth. */
const RANKED = 16;

export interface RoomsMeasured {
  readonly planner: string;
  /** Mean regret at each of `ROOMS_WORK`, in mm of remaining path: by the model that was planned with, and by the true dynamics and path to the goal. */
  readonly regretMm: readonly { readonly model: number; readonly truth: number }[];
  /** After each iteration: rank correlation of the two energies among the best candidates of that iteration. */
  readonly rankCorrelation: readonly number[];
}

interface Run {
  readonly planner: string;
  /** `[work][problem]` */
  readonly regret: readonly { readonly model: number[]; readonly truth: number[] }[];
  /** `[iteration][problem]` */
  readonly ranks: readonly number[][];
}

interface Problem {
  readonly energy: DifferentiableObjective;
  readonly truth: Objective;
  readonly warmStart: Tensor;
  readonly guesses: readonly Tensor[];
}

/** Planners on problems of the rooms world, as they come up while driving; each plan is also judged by what would truly happen. */
export async function measureRooms(names: readonly (keyof PlannerOptions)[], seed: number, episodes: number) {
  const { problems, dispose } = await problemsOf(seed, episodes);
  const runs: Run[] = [];
  for (const name of names) {
    const regret: { model: number[]; truth: number[] }[] = ROOMS_WORK.map(() => ({ model: [], truth: [] }));
    const ranks: number[][] = Array.from({ length: ITERATIONS }, () => []);
    for (const [p, problem] of problems.entries()) {
      let work = 0;
      let batch: { actions: Tensor; scores: Scores } | undefined;
      const counted: DifferentiableObjective = {
        async score(actions) {
          work += actions.shape[0]!;
          const scores = await problem.energy.score(actions);
          batch = { actions: tensor(values(actions).slice(), actions.shape), scores };
          return scores;
        },
        gradient(actions) {
          work += SLOPE * actions.shape[0]!;
          return problem.energy.gradient(actions);
        },
      };
      let at = 0;
      let last = { model: Number.POSITIVE_INFINITY, truth: Number.POSITIVE_INFINITY };
      for await (const plan of createPlanner(name).improve(counted, problem.warmStart, seededRandom(seed + p), problem.guesses)) {
        for (; at < ROOMS_WORK.length && work > ROOMS_WORK[at]!; at++) {
          regret[at]!.model.push(last.model);
          regret[at]!.truth.push(last.truth);
        }
        if (at === ROOMS_WORK.length) break;
        const penalty = plan.violation > 0 ? 10 + plan.violation : 0;
        const { cost } = await problem.truth.score(tensor(values(plan.actions), [1, ...plan.actions.shape]));
        last = { model: plan.cost + penalty, truth: cost[0]! + penalty };
        if (plan.iterations <= ITERATIONS) ranks[plan.iterations - 1]!.push(await rankCorrelation(batch!, problem.truth));
      }
    }
    runs.push({ planner: name, regret, ranks });
  }
  await dispose();
  const least = (of: "model" | "truth", p: number) => Math.min(...runs.flatMap(({ regret }) => regret.map((at) => at[of][p]!)));
  const above = (of: "model" | "truth", costs: readonly number[]) =>
    1000 * mean(costs.map((cost, p) => Math.min(MOST_REGRET, cost - least(of, p))));
  const measured = runs.map(
    ({ planner, regret, ranks }): RoomsMeasured => ({
      planner,
      regretMm: regret.map(({ model, truth }) => ({ model: above("model", model), truth: above("truth", truth) })),
      rankCorrelation: ranks.map((all) => mean(all.filter((one) => Number.isFinite(one)))),
    }),
  );
  return { problems: problems.length, measured };
}

async function problemsOf(firstSeed: number, episodes: number): Promise<{ problems: Problem[]; dispose: () => Promise<void> }> {
  const setup = { ...loadSetup([]), repeatable: true };
  const built = await buildPlanner(setup);
  const { blockSize, stepS } = built.model.worldModel;
  const problems: Problem[] = [];
  for (let seed = firstSeed; seed < firstSeed + episodes; seed++) {
    const requests = await collectRequests(setup, built.mpc, { world: "rooms", seed, episodes: 1, perEpisode: 4, everyNth: 9 });
    const world = createNavigationWorld("rooms", { seed, startNs: 1_000_000_000n });
    const truth = trueModel(world, motionModelOf(setup.robot), { axes: setup.model.axes, blockSize, stepS });
    const judge = await makeMpcPlanner(truth, setup, SYSTEM_CLOCK);
    for (const request of requests) {
      const { energy, warmStart, guesses } = await built.mpc.prepare(request);
      problems.push({
        energy: energy as Objective as DifferentiableObjective,
        truth: (await judge.prepare(request)).energy,
        warmStart,
        guesses,
      });
    }
  }
  return { problems, dispose: () => built.model.dispose() };
}

/** Of the best that keep the rules; NaN where there are too few to speak of a rank. */
async function rankCorrelation({ actions, scores }: { actions: Tensor; scores: Scores }, truth: Objective): Promise<number> {
  const rows = [...scores.cost.keys()].filter((row) => scores.violation[row] === 0).sort((a, b) => scores.cost[a]! - scores.cost[b]!);
  const best = rows.slice(0, RANKED);
  if (best.length < RANKED) return Number.NaN;
  const { cost } = await truth.score(actions);
  const trueRank = new Map([...best].sort((a, b) => cost[a]! - cost[b]!).map((row, rank) => [row, rank]));
  // Spearman's, without ties: best is in the order of the model already.
  const squares = best.reduce((sum, row, rank) => sum + (rank - trueRank.get(row)!) ** 2, 0);
  return 1 - (6 * squares) / (RANKED * (RANKED ** 2 - 1));
}
