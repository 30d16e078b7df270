import type { Pose2 } from "../core/body.js";
import { type NavigationRules, type NavigationWorld, STRICT_TICKS } from "../core/world.js";
import { wrapAngle } from "../math/angle.js";
import { seededRandom } from "../math/random.js";
import type { GateCounts } from "./gate-tally.js";

/** A driver's task in one episode. Start and goal are anywhere that the world accepts. */
export interface Episode {
  readonly seed: number;
  readonly start: Pose2;
  readonly goal: Pose2;
  readonly shortestM: number;
}

/** A driver for one episode: called once a control period, it moves the robot by itself. */
export interface Driver {
  /** Drives on for one control period. */
  step(): Promise<void>;
  /** Whether it claims to be at the goal. */
  readonly claimsArrival: boolean;
  /** Wall time of the plans made, milliseconds. */
  readonly planMs: readonly number[];
  /** Planner iterations that each of them was granted. */
  readonly iterations: readonly number[];
  /** The gate's verdicts so far. */
  readonly gate: GateCounts;
}

export interface EpisodeResult {
  readonly seed: number;
  readonly success: boolean;
  /** Nearer, and held: at rest within half the tolerances for `STRICT_TICKS` control periods in a row, by the end of those that follow success. */
  readonly strict: boolean;
  readonly collisions: number;
  readonly timeS: number;
  readonly drivenM: number;
  /** Time in which the body moved from its place. */
  readonly movingS: number;
  readonly shortestM: number;
  /** True distance from the goal at the end. */
  readonly finalM: number;
  /** Start and goal in different rooms: the shortest path is longer than the straight line. */
  readonly detour: boolean;
  readonly planMs: readonly number[];
  readonly iterations: readonly number[];
  readonly gate: GateCounts;
}

export interface EvaluationRules extends NavigationRules {
  readonly controlPeriodS: number;
}

/** Room kept around starts and goals, so that none is a place where the guard would not let the body be. */
const SPARE_M = 0.1;
/** Slower than this the body stands. */
export const REST_MPS = 0.02;

/**
 * The episode of a seed. Pairs that are solved at the start do not count, nor those that the world does not accept: the goal is drawn again.
 * @throws Error when the world has no path between the two, which a sound world always has
 */
export function episodeOf(world: NavigationWorld, seed: number, rules: EvaluationRules): Episode {
  const random = seededRandom(seed).fork("episode");
  const start = world.samplePose(random, SPARE_M);
  const accepted = (goal: Pose2) =>
    Math.hypot(goal.xM - start.xM, goal.yM - start.yM) > 2 * rules.toleranceM && (rules.accepts?.(start, goal) ?? true);
  let goal = world.samplePose(random, SPARE_M);
  while (!accepted(goal)) goal = world.samplePose(random, SPARE_M);
  const shortestM = world.shortestPathM(start, goal);
  if (!Number.isFinite(shortestM)) throw new Error(`no path from start to goal in the world of seed ${seed}`);
  return { seed, start, goal, shortestM };
}

/** Whether a pose is within the tolerances of the goal. */
export function isAt(pose: Pose2, goal: Pose2, { toleranceM, yawToleranceRad = Number.POSITIVE_INFINITY }: NavigationRules): boolean {
  return (
    Math.hypot(pose.xM - goal.xM, pose.yM - goal.yM) <= toleranceM && Math.abs(wrapAngle(pose.yawRad - goal.yawRad)) <= yawToleranceRad
  );
}

/** Rules of the strict test: half the tolerances. */
export function halved({ toleranceM, yawToleranceRad, ...others }: EvaluationRules): EvaluationRules {
  return { ...others, toleranceM: toleranceM / 2, ...(yawToleranceRad !== undefined && { yawToleranceRad: yawToleranceRad / 2 }) };
}

/**
 * Runs one episode to its end. The world decides on success: within the time limit the body is at rest within the tolerances of the true goal,
 * and the driver claims to have arrived. A driver that never claims is counted as arriving when it first comes to be within the tolerance,
 * at any speed: floors are measured generously. An episode goes on for a moment after that, to see whether the success is a strict one.
 */
export async function runEpisode(
  world: NavigationWorld,
  episode: Episode,
  driver: Driver,
  claims: boolean,
  rules: EvaluationRules,
): Promise<EpisodeResult> {
  const { goal } = episode;
  const touchesBefore = world.collisions;
  let drivenM = 0;
  let movingS = 0;
  let timeS = 0;
  let at = world.odomFromBase;
  let success = false;
  let held = 0;
  const half = halved(rules);
  const step = async () => {
    await driver.step();
    const now = world.odomFromBase;
    const movedM = Math.hypot(now.xM - at.xM, now.yM - at.yM);
    const still = movedM <= REST_MPS * rules.controlPeriodS;
    held = still && isAt(now, goal, half) ? held + 1 : 0;
    at = now;
    return { movedM, still };
  };
  while (timeS < rules.timeLimitS && !success) {
    const { movedM, still } = await step();
    timeS += rules.controlPeriodS;
    drivenM += movedM;
    if (!still) movingS += rules.controlPeriodS;
    success = isAt(at, goal, rules) && (claims ? driver.claimsArrival && still : true);
  }
  for (let ticks = 1; success && held < STRICT_TICKS && ticks < STRICT_TICKS; ticks++) await step();
  return {
    seed: episode.seed,
    success,
    strict: success && held >= STRICT_TICKS,
    collisions: world.collisions - touchesBefore,
    timeS,
    drivenM,
    movingS,
    shortestM: episode.shortestM,
    finalM: Math.hypot(at.xM - goal.xM, at.yM - goal.yM),
    detour: episode.shortestM > Math.hypot(goal.xM - episode.start.xM, goal.yM - episode.start.yM) + 0.01,
    planMs: driver.planMs,
    iterations: driver.iterations,
    gate: driver.gate,
  };
}
