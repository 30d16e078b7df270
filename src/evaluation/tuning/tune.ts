import { RehearseError } from "../../core/error.js";
import type { PlanRequest } from "../../core/plan-request.js";
import { seededRandom } from "../../math/random.js";
import { mean, quantile } from "../../math/statistics.js";
import { createPlanner, type PlannerOptions } from "../../planner/index.js";
import { type BuiltPlanner, buildPlanner, type PlannerSetup } from "../../runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../../runtime/system-clock.js";
import { evaluate } from "../navigation.js";
import { collectRequests } from "./planning-problems.js";

export interface TuneOptions {
  readonly world: string;
  readonly planners: readonly (keyof PlannerOptions)[];
  readonly samples: readonly number[];
  readonly horizons: readonly number[];
  readonly maxIterations: number;
  /** Episodes whose requests the settings are compared on, and episodes that the best are driven for. */
  readonly problems: number;
  readonly episodes: number;
  /** Seed of the first episode; none of them is one of evaluation's. */
  readonly seed: number;
  /** Plans a second that the settings must allow. */
  readonly rateHz: number;
}

/** One setting of a planner, measured on the same problems as all others: how far from the best plan known, after how long. */
export interface OpenLoop {
  readonly planner: keyof PlannerOptions;
  readonly samples: number;
  readonly iterations: number;
  readonly horizon: number;
  /** Mean over the problems: energy above that of the best plan known, in its unit. */
  readonly regret: number;
  readonly regretP90: number;
  /** Whole plans, encoding included. */
  readonly msP50: number;
  readonly msP99: number;
}

/** The same, driven. */
export interface ClosedLoop extends OpenLoop {
  readonly episodes: number;
  readonly success: number;
  readonly collisions: number;
  readonly timeToGoalS: number | null;
  readonly pathRatio: number | null;
}

export interface Tuning {
  readonly problems: number;
  /** Not dominated: nothing else is both faster and better. Fastest first, one list a horizon. */
  readonly frontier: readonly OpenLoop[];
  readonly driven: readonly ClosedLoop[];
  readonly chosen: ClosedLoop;
}

/** @throws RehearseError RH-PLANNER-NAME */
export function planners(names: readonly string[]): (keyof PlannerOptions)[] {
  for (const name of names) createPlanner(name as keyof PlannerOptions);
  return names as (keyof PlannerOptions)[];
}

/** Plans within this much of the best known are as good as it: less than sensors and motors make of any plan. */
const GOOD_ENOUGH = 0.005;
/** Fraction of the time between two plans that a plan may take: the rest is for what cannot be foreseen. */
const USABLE = 0.8;
/** Settings driven for each horizon. */
const DRIVEN = 3;
const REFERENCE = { samples: 1024, iterations: 12 };
/** Two settings whose times to the goal differ by less are equally good. */
const SAME_TIME = 0.02;

/** Measures how well and how fast planners plan with a model on this machine, and chooses. Runs alone on the machine or misjudges it. */
export async function tune(setup: PlannerSetup, options: TuneOptions, progress: (line: string) => void): Promise<Tuning> {
  const built = await buildPlanner({ ...setup, repeatable: true });
  const frontier: OpenLoop[] = [];
  const driven: ClosedLoop[] = [];
  let problems = 0;
  try {
    for (const horizon of options.horizons) {
      const here = { ...setup, repeatable: true, parameters: { ...setup.parameters, horizon_steps: horizon } };
      await built.adjust(here);
      const requests = await collectRequests(here, built.mpc, {
        world: options.world,
        seed: options.seed,
        episodes: options.problems,
        perEpisode: 4,
        everyNth: 9,
      });
      problems += requests.length;
      progress(`horizon ${horizon}: ${requests.length} problems`);
      const measured = await compare(built, requests, horizon, options, progress);
      const best = undominated(measured.filter(({ msP99 }) => msP99 <= (USABLE * 1000) / options.rateHz));
      frontier.push(...best);
      for (const setting of worthDriving(best)) {
        driven.push(await drive(here, setting, options));
        progress(describe(driven.at(-1)!));
      }
    }
  } finally {
    await built.model.dispose();
  }
  return { problems, frontier, driven, chosen: choose(driven) };
}

/** Every planner and size on every problem, iteration by iteration, against the best plan that anything found. */
async function compare(
  built: BuiltPlanner,
  requests: readonly PlanRequest[],
  horizon: number,
  options: TuneOptions,
  progress: (line: string) => void,
): Promise<OpenLoop[]> {
  const runs = [...runsOf(options)];
  /** `[run][problem][iteration]` */
  const costs = runs.map((): number[][] => []);
  const times = runs.map((): number[][] => []);
  const best: number[] = [];
  const random = seededRandom(options.seed);
  for (const [p, request] of requests.entries()) {
    const prepareBegan = SYSTEM_CLOCK.steadyNs();
    const problem = await built.mpc.prepare(request);
    const preparationMs = msSince(prepareBegan);
    const follow = async (name: keyof PlannerOptions, samples: number, iterations: number, seed: string) => {
      const plans = createPlanner(name, { samples }).improve(problem.energy, problem.warmStart, random.fork(seed), problem.guesses);
      const cost: number[] = [];
      const ms: number[] = [];
      let spentMs = preparationMs;
      let began = SYSTEM_CLOCK.steadyNs();
      for await (const plan of plans) {
        spentMs += msSince(began);
        const explaining = SYSTEM_CLOCK.steadyNs();
        const { energy } = await problem.energy.explain(plan.actions);
        // A plan that breaks a guardrail is worse than any that keeps it.
        cost.push(energy.total + (energy.violation > 0 ? 10 + energy.violation : 0));
        ms.push(spentMs + msSince(explaining));
        if (cost.length >= iterations) break;
        began = SYSTEM_CLOCK.steadyNs();
      }
      return { cost, ms };
    };
    const reference = await follow("cem", REFERENCE.samples, REFERENCE.iterations, `reference ${p}`);
    best[p] = Math.min(...reference.cost);
    for (const [r, run] of runs.entries()) {
      const { cost, ms } = await follow(run.planner, run.samples, options.maxIterations, `${run.planner} ${run.samples} ${p}`);
      costs[r]!.push(cost);
      times[r]!.push(ms);
      best[p] = Math.min(best[p]!, ...cost);
    }
    if ((p + 1) % 20 === 0) progress(`horizon ${horizon}: ${p + 1} of ${requests.length} problems planned`);
  }
  return runs.flatMap(({ planner, samples }, r) =>
    Array.from({ length: options.maxIterations }, (_, i): OpenLoop => {
      const regrets = costs[r]!.map((cost, p) => Math.min(...cost.slice(0, i + 1)) - best[p]!);
      const ms = times[r]!.map((time) => time[Math.min(i, time.length - 1)]!);
      return {
        planner,
        samples,
        iterations: i + 1,
        horizon,
        regret: mean(regrets),
        regretP90: quantile(regrets, 0.9),
        msP50: quantile(ms, 0.5),
        msP99: quantile(ms, 0.99),
      };
    }),
  );
}

function* runsOf({ planners, samples }: TuneOptions): Generator<{ planner: keyof PlannerOptions; samples: number }> {
  for (const planner of planners) for (const size of samples) yield { planner, samples: size };
}

/** Fastest first; each of those that follow is better than all before it. */
export function undominated(settings: readonly OpenLoop[]): OpenLoop[] {
  const kept: OpenLoop[] = [];
  for (const setting of [...settings].sort((a, b) => a.msP50 - b.msP50 || a.regret - b.regret))
    if (setting.regret < (kept.at(-1)?.regret ?? Number.POSITIVE_INFINITY)) kept.push(setting);
  return kept;
}

/** Those of a frontier that it takes to know where more planning stops paying: the cheapest that are good, quite good and fair. */
function worthDriving(frontier: readonly OpenLoop[]): OpenLoop[] {
  const levels = [GOOD_ENOUGH, 2 * GOOD_ENOUGH, 4 * GOOD_ENOUGH];
  const chosen = levels.map((level) => frontier.find(({ regret }) => regret <= level) ?? frontier.at(-1));
  return [...new Set(chosen.filter((setting) => setting !== undefined))].slice(0, DRIVEN);
}

async function drive(setup: PlannerSetup, setting: OpenLoop, { world, seed, episodes }: TuneOptions): Promise<ClosedLoop> {
  const parameters = { ...setup.parameters, ...parametersOf(setting) };
  const request = { world, episodes, seed, goal: "pose", drivers: ["model"] } as const;
  const { model } = await evaluate(request, { ...setup, parameters, repeatable: true }, () => {});
  const { success, collisions, timeToGoalS, pathRatio } = model;
  return { ...setting, episodes, success, collisions, timeToGoalS, pathRatio };
}

/** Most goals reached without a touch; among those as quick to the goal, the one with the shortest plans. */
export function choose(driven: readonly ClosedLoop[]): ClosedLoop {
  if (driven.length === 0) {
    throw new RehearseError(
      "RH-TUNE-RATE",
      "no setting makes its plans in the time",
      "ask for fewer plans a second (--rate), or offer fewer samples (--samples)",
    );
  }
  const score = ({ success, collisions, episodes }: ClosedLoop) => success - collisions / episodes;
  const most = Math.max(...driven.map(score));
  const reliable = driven.filter((setting) => score(setting) >= most);
  const timeOf = ({ timeToGoalS }: ClosedLoop) => timeToGoalS ?? Number.POSITIVE_INFINITY;
  const quickestS = Math.min(...reliable.map(timeOf));
  const quick = reliable.filter((setting) => timeOf(setting) <= quickestS * (1 + SAME_TIME) || timeOf(setting) === quickestS);
  return quick.reduce((a, b) => (b.msP50 < a.msP50 ? b : a));
}

/** The controller's parameters for a setting. */
export function parametersOf({ planner, samples, iterations, horizon }: OpenLoop) {
  return { planner, samples, iterations, horizon_steps: horizon };
}

export function describe(s: OpenLoop & Partial<ClosedLoop>): string {
  const plan = `${s.planner} ${s.samples} × ${s.iterations}, horizon ${s.horizon}`.padEnd(40);
  const open = `${s.msP50.toFixed(1).padStart(6)} / ${s.msP99.toFixed(1).padStart(5)} ms   regret ${s.regret.toFixed(4)} (p90 ${s.regretP90.toFixed(4)})`;
  if (s.success === undefined) return `${plan} ${open}`;
  const closed = `${Math.round(s.success * (s.episodes ?? 0))} of ${s.episodes} reached in ${s.timeToGoalS?.toFixed(2) ?? "–"} s, ${s.collisions} collisions`;
  return `${plan} ${open}   ${closed}`;
}

function msSince(beganNs: bigint): number {
  return Number(SYSTEM_CLOCK.steadyNs() - beganNs) / 1e6;
}
