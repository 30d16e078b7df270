import { customGuardrails } from "../config/custom-guardrails.js";
import { SafetyGate } from "../control/gate.js";
import { STOP_TWIST } from "../core/command.js";
import type { Gate } from "../core/gate.js";
import type { Goal } from "../core/goal.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { Explorer, NavigationWorld } from "../core/world.js";
import { motionModelOf } from "../embodiment/index.js";
import { constraintsFor } from "../guardrails/index.js";
import { driveInLockstep } from "../lockstep/drive-in-lockstep.js";
import { seededRandom } from "../math/random.js";
import { mean } from "../math/statistics.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import { type BuiltPlanner, buildPlanner, makeMpcPlanner, type PlannerSetup } from "../runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../runtime/system-clock.js";
import { navigationWorldDefinition } from "../worlds/index.js";
import { ADVERSARIAL_MODEL_NAMES, ADVERSARIAL_MODELS, slownessOf } from "./adversarial-models.js";
import { ControllerDriver, PolicyDriver, randomPolicy, straightPolicy } from "./drivers.js";
import { type Driver, type Episode, type EpisodeResult, type EvaluationRules, episodeOf, runEpisode } from "./episode.js";
import { addCounts, fractionsOf, type GateFractions, NO_TICKS } from "./gate-tally.js";
import { type PlanningTime, planningTime } from "./planning-time.js";
import { rounded, roundedInterval, roundedOrNull } from "./rounding.js";
import { trueModel } from "./true-model.js";

/** Beside the model: floors, a ceiling, the model with no guardrail anywhere (what they cost), and models that are not to be trusted. */
export const DRIVERS = ["model", "random", "straight", "true-dynamics", "unguarded", ...ADVERSARIAL_MODEL_NAMES] as const;
export type DriverName = (typeof DRIVERS)[number];

export interface EvaluationRequest {
  readonly world: string;
  readonly episodes: number;
  /** Seed of the first episode; each has its own. */
  readonly seed: number;
  readonly goal: "pose" | "image";
  readonly drivers: readonly DriverName[];
  readonly rules?: Partial<EvaluationRules>;
  /** From a command to the motors acting on it, in the world [s]; what the controller counts on is in the robot file. Default 0. */
  readonly commandDelayS?: number;
}

export interface Summary extends PlanningTime {
  readonly episodes: number;
  readonly success: number;
  /** 95 %, Wilson. */
  readonly successInterval: readonly [number, number];
  /** At rest within half the tolerances for `STRICT_TICKS` control periods. */
  readonly strict: number;
  readonly strictInterval: readonly [number, number];
  readonly collisions: number;
  /** Path length driven over the shortest free path, mean over the successes. */
  readonly pathRatio: number | null;
  readonly timeToGoalS: number | null;
  /** Mean path length of an episode, and fraction of the time in which the robot moved: one that stands touches nothing either. */
  readonly drivenM: number;
  readonly movingShare: number;
  readonly gate: GateFractions;
  /** Control ticks that came late by more than half a period; in lockstep there is no late. */
  readonly ticksMissed: number;
  /** The episodes whose shortest path leads through the door, or around something else. */
  readonly detour: { readonly episodes: number; readonly success: number };
  readonly failedSeeds: readonly number[];
  /** Only for runs in real time: timing of the controller, by its own diagnostics. */
  readonly realTime?: RealTime;
}

export interface RealTime {
  readonly minutes: number;
  readonly ticks: number;
  /** How late a control tick came. */
  readonly jitterUs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  /** From one picture that was planned from to the next. */
  readonly planIntervalMs: { readonly p50: number; readonly p99: number };
  /** Resident memory of the controller's process: after the first episode, and at the end. */
  readonly residentMb: { readonly first: number; readonly last: number };
  /** From the stamp of a picture to the first command that is computed with the plan made from it. */
  readonly imageToCommandMs: { readonly p50: number; readonly p99: number };
}

/** Runs every driver on the same episodes. */
export async function evaluate(
  request: EvaluationRequest,
  setup: PlannerSetup,
  progress: (driver: DriverName, done: number, succeeded: number) => void,
): Promise<Record<DriverName, Summary>> {
  const definition = navigationWorldDefinition(request.world);
  const rules = { ...definition.rules, controlPeriodS: 1 / setup.parameters.control_rate_hz, ...request.rules };
  const built = request.drivers.some((name) => !MODEL_FREE.includes(name)) ? await buildPlanner(setup) : undefined;
  const summaries: Partial<Record<DriverName, Summary>> = {};
  for (const name of request.drivers) {
    const results: EpisodeResult[] = [];
    for (let i = 0; i < request.episodes; i++) {
      const seed = request.seed + i;
      const { footprint } = setup.robot;
      const world = definition.create({ seed, startNs: 1_000_000_000n, commandDelayS: request.commandDelayS ?? 0, footprint });
      const episode = episodeOf(world, seed, rules);
      world.place(episode.start);
      const driver = await driverOf(name, world, episode, request.goal, rules, setup, built);
      results.push(await runEpisode(world, episode, driver, name !== "random" && name !== "straight", rules));
      progress(name, i + 1, results.filter((r) => r.success).length);
    }
    summaries[name] = summarise(results, setup.parameters.planning_budget_s);
  }
  await built?.model.dispose();
  return summaries as Record<DriverName, Summary>;
}

export function summarise(results: readonly EpisodeResult[], budgetS: number, ticksMissed = 0, realTime?: RealTime): Summary {
  const reached = results.filter((r) => r.success);
  const strict = results.filter((r) => r.strict).length;
  return {
    episodes: results.length,
    success: rounded(reached.length / results.length),
    successInterval: roundedInterval(reached.length, results.length),
    strict: rounded(strict / results.length),
    strictInterval: roundedInterval(strict, results.length),
    collisions: results.reduce((sum, r) => sum + r.collisions, 0),
    pathRatio: roundedOrNull(mean(reached.map((r) => r.drivenM / r.shortestM))),
    timeToGoalS: roundedOrNull(mean(reached.map((r) => r.timeS))),
    drivenM: rounded(mean(results.map((r) => r.drivenM))),
    movingShare: rounded(mean(results.map((r) => r.movingS)) / mean(results.map((r) => r.timeS))),
    gate: fractionsOf(results.reduce((sum, r) => addCounts(sum, r.gate), NO_TICKS)),
    ...planningTime(
      results.flatMap((r) => r.planMs),
      results.flatMap((r) => r.iterations),
      budgetS,
    ),
    ticksMissed,
    detour: { episodes: results.filter((r) => r.detour).length, success: reached.filter((r) => r.detour).length },
    failedSeeds: results.filter((r) => !r.success).map((r) => r.seed),
    ...(realTime && { realTime }),
  };
}

const MODEL_FREE: readonly DriverName[] = ["random", "straight", "true-dynamics"];
const OPEN_GATE: Gate = { admit: (proposed) => ({ kind: "pass", command: proposed ?? STOP_TWIST }) };

async function driverOf(
  name: DriverName,
  world: NavigationWorld,
  episode: Episode,
  kind: "pose" | "image",
  rules: EvaluationRules,
  setup: PlannerSetup,
  built: BuiltPlanner | undefined,
): Promise<Driver> {
  const options = controlOptionsOf(setup);
  const gate: Gate = name === "unguarded" ? OPEN_GATE : new SafetyGate(setup.robot, customGuardrails(setup.robot));
  const withHeading = rules.yawToleranceRad !== undefined;
  const { xM, yM, yawRad } = episode.goal;
  const pose = { kind: "pose", id: episode.seed + 1, xM, yM, ...(withHeading && { yawRad }) } as const;
  const following = (policy: Explorer) => new PolicyDriver(world, gate, options.periodNs, policy, setup.robot);
  if (name === "random") return following(randomPolicy(options, 10, seededRandom(episode.seed).fork("random driver")));
  if (name === "straight") return following(straightPolicy(world, pose, setup.robot));

  const shape = { axes: options.axes, blockSize: options.blockSize, stepS: setup.model.stepS };
  const modelOf = (): PlanningModel => {
    if (name === "true-dynamics") return trueModel(world, motionModelOf(setup.robot), shape);
    if (name === "unguarded" || name === "model") return built!.planningModel;
    return ADVERSARIAL_MODELS[name](built!.planningModel, seededRandom(episode.seed).fork(name));
  };
  // A ceiling is not one of this machine's: it may plan for as long as it likes.
  const timed = name === "true-dynamics" ? { ...setup, repeatable: true } : setup;
  const maker =
    name === "model"
      ? built!.mpc
      : await makeMpcPlanner(modelOf(), timed, SYSTEM_CLOCK, {
          guardrails: name === "unguarded" ? [] : constraintsFor(setup.robot, customGuardrails(setup.robot)),
        });
  const { run, controller } = driveInLockstep(world, timed, (request) => maker.plan(request), { gate, slowness: slownessOf(name) });
  // The true state can't be read out of a picture: with the true dynamics a goal is always a pose.
  const goal: Goal =
    kind === "pose" || name === "true-dynamics" ? pose : { kind: "image", id: pose.id, frame: world.frameAt(episode.goal), withHeading };
  controller.pursue(goal);
  return new ControllerDriver(run);
}
