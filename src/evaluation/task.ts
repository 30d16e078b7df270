import { customGuardrails } from "../config/custom-guardrails.js";
import { SafetyGate } from "../control/gate.js";
import { STRICT_TICKS, type TaskWorldDefinition } from "../core/world.js";
import { restOf } from "../guardrails/axes.js";
import { driveInLockstep } from "../lockstep/drive-in-lockstep.js";
import { seededRandom } from "../math/random.js";
import { mean, quantile } from "../math/statistics.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import { type BuiltPlanner, buildPlanner, makeMpcPlanner, type PlannerSetup } from "../runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../runtime/system-clock.js";
import { pictureOf } from "../worlds/goal-picture.js";
import { taskWorldDefinition } from "../worlds/index.js";
import { ControllerDriver, PolicyDriver, randomPolicy, replayPolicy } from "./drivers.js";
import type { Driver } from "./episode.js";
import { addCounts, fractionsOf, type GateCounts, type GateFractions, NO_TICKS } from "./gate-tally.js";
import { type PlanningTime, planningTime } from "./planning-time.js";
import { rounded, roundedInterval, roundedOrNull } from "./rounding.js";
import { trueTaskModel } from "./true-task-model.js";

/** Beside the model: no action, random actions, the commands that made the goal, and the same planner in the world itself. */
export const TASK_DRIVERS = ["model", "still", "random", "expert", "true-dynamics"] as const;
export type TaskDriverName = (typeof TASK_DRIVERS)[number];

export interface TaskRequest {
  readonly world: string;
  readonly episodes: number;
  /** Seed of the first episode; each has its own. */
  readonly seed: number;
  readonly drivers: readonly TaskDriverName[];
}

interface TaskResult {
  readonly seed: number;
  /** Control periods until the benchmark's own test first held; absent: it never did. */
  readonly solvedTick: number | undefined;
  /** The strict test held for `STRICT_TICKS` periods in a row. */
  readonly strict: boolean;
  readonly startError: number;
  readonly finalError: number;
  readonly planMs: readonly number[];
  readonly iterations: readonly number[];
  readonly gate: GateCounts;
}

export interface TaskSummary extends PlanningTime {
  readonly episodes: number;
  /** Solved by the benchmark's own test within the budget; 95 %, Wilson. */
  readonly success: number;
  readonly successInterval: readonly [number, number];
  /** By the strict test. */
  readonly strict: number;
  readonly strictInterval: readonly [number, number];
  /** Medians, in the task's unit. */
  readonly startError: number;
  readonly finalError: number;
  /** Mean over the solved ones; null: there are none. */
  readonly timeToGoalS: number | null;
  readonly gate: GateFractions;
  readonly failedSeeds: readonly number[];
}

/** Runs every driver on the same episodes: one at a time, each in a world of its own, with the budget of control periods that the task gives. */
export async function evaluateTask(
  request: TaskRequest,
  setup: PlannerSetup,
  progress: (driver: TaskDriverName, done: number, solved: number) => void,
): Promise<Record<TaskDriverName, TaskSummary>> {
  const definition = taskWorldDefinition(request.world);
  const built = request.drivers.includes("model") ? await buildPlanner(setup) : undefined;
  const summaries: Partial<Record<TaskDriverName, TaskSummary>> = {};
  for (const name of request.drivers) {
    const results: TaskResult[] = [];
    for (let i = 0; i < request.episodes; i++) {
      results.push(await runTask(definition, request.seed + i, name, setup, built));
      progress(name, i + 1, results.filter(({ solvedTick }) => solvedTick !== undefined).length);
    }
    summaries[name] = summarise(results, definition.controlPeriodS, setup.parameters.planning_budget_s);
  }
  await built?.model.dispose();
  return summaries as Record<TaskDriverName, TaskSummary>;
}

async function runTask(
  definition: TaskWorldDefinition,
  seed: number,
  name: TaskDriverName,
  setup: PlannerSetup,
  built: BuiltPlanner | undefined,
): Promise<TaskResult> {
  const { start, goal, demonstration } = definition.episode(seed);
  const world = definition.create({ seed, startNs: 1_000_000_000n });
  world.restore(start);
  const gate = new SafetyGate(setup.robot, customGuardrails(setup.robot));
  const options = controlOptionsOf(setup);
  const following = (policy: ReturnType<typeof replayPolicy>) => new PolicyDriver(world, gate, options.periodNs, policy, setup.robot);

  const driver = await (async (): Promise<Driver> => {
    if (name === "still") return following(replayPolicy([], restOf(setup.robot)));
    if (name === "random") return following(randomPolicy(options, options.blockSize, seededRandom(seed).fork("random driver")));
    if (name === "expert") return following(replayPolicy(demonstration ?? [], restOf(setup.robot)));
    const used = name === "model" ? setup : inTheWorldItself(setup);
    const maker =
      name === "model"
        ? built!.mpc
        : await makeMpcPlanner(trueTaskModel(definition, world, goal, seed, { ...options, stepS: setup.model.stepS }), used, SYSTEM_CLOCK);
    const { run, controller } = driveInLockstep(world, used, (plan) => maker.plan(plan), { gate });
    controller.pursue({ kind: "image", id: seed + 1, frame: pictureOf(definition, seed, goal) });
    return new ControllerDriver(run);
  })();

  let solvedTick: number | undefined;
  let held = 0;
  let strict = false;
  for (let tick = 1; tick <= definition.budgetTicks; tick++) {
    await driver.step();
    const judgement = definition.judge(world.save(), goal);
    if (judgement.benchmark) solvedTick ??= tick;
    held = judgement.strict ? held + 1 : 0;
    strict ||= held >= STRICT_TICKS;
  }
  return {
    seed,
    solvedTick,
    strict,
    startError: definition.judge(start, goal).error,
    finalError: definition.judge(world.save(), goal).error,
    planMs: driver.planMs,
    iterations: driver.iterations,
    gate: driver.gate,
  };
}

/** Its error is in the task's own unit, no fraction of which counts as reached: it goes on until the budget is spent. */
function inTheWorldItself(setup: PlannerSetup): PlannerSetup {
  const { parameters } = setup;
  return {
    ...setup,
    // A ceiling is not one of this machine's: it may plan for as long as it likes.
    repeatable: true,
    model: { ...setup.model, goal: "latent" },
    parameters: { ...parameters, goal_tolerance: 0 },
  };
}

function summarise(results: readonly TaskResult[], periodS: number, budgetS: number): TaskSummary {
  const solved = results.filter(({ solvedTick }) => solvedTick !== undefined);
  const strict = results.filter((r) => r.strict).length;
  return {
    episodes: results.length,
    success: rounded(solved.length / results.length),
    successInterval: roundedInterval(solved.length, results.length),
    strict: rounded(strict / results.length),
    strictInterval: roundedInterval(strict, results.length),
    startError: quantile(
      results.map((r) => r.startError),
      0.5,
    ),
    finalError: quantile(
      results.map((r) => r.finalError),
      0.5,
    ),
    timeToGoalS: roundedOrNull(mean(solved.map((r) => r.solvedTick! * periodS))),
    ...planningTime(
      results.flatMap((r) => r.planMs),
      results.flatMap((r) => r.iterations),
      budgetS,
    ),
    gate: fractionsOf(results.reduce((sum, r) => addCounts(sum, r.gate), NO_TICKS)),
    failedSeeds: results.filter(({ solvedTick }) => solvedTick === undefined).map(({ seed }) => seed),
  };
}
