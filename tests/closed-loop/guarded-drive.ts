import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard, type GuardReport } from "../../src/control/guard.js";
import type { Clock } from "../../src/core/clock.js";
import type { TwistCommand } from "../../src/core/command.js";
import type { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import type { SensorFault } from "./sensor-faults.js";

export const ROOMS_ROBOT = readRobotFile("calibration/rooms/robot.yaml");
const STEP_MS = 10;

/** What the controller publishes at a control tick; undefined: silence. */
export type Driver = (world: RoomsWorld, tick: number) => TwistCommand | undefined;

/** Periods and delays of the real topics, in multiples of 10 ms. */
export interface Timing {
  readonly commandPeriodMs: number;
  readonly commandDelayMs: number;
  readonly odometryPeriodMs: number;
  readonly odometryDelayMs: number;
  readonly scanPeriodMs: number;
  readonly scanDelayMs: number;
  readonly outputDelayMs: number;
  /** The guard's process ticks every 20 ms, the gate in the controller every 50. */
  readonly guardPeriodMs: number;
  /** While the guard's process is held up, or gone: nothing is taken in, judged or sent. What was sent before arrives. */
  readonly isGuardGone: (atMs: number) => boolean;
}

const USUAL_TIMING: Timing = {
  commandPeriodMs: 50,
  commandDelayMs: 10,
  odometryPeriodMs: 50,
  odometryDelayMs: 10,
  scanPeriodMs: 100,
  scanDelayMs: 20,
  outputDelayMs: 20,
  guardPeriodMs: 20,
  isGuardGone: () => false,
};

export interface DriveResult {
  readonly collisions: number;
  /** Least true distance between footprint and walls, every 50 ms. */
  readonly clearanceM: number;
  readonly drivenM: number;
  readonly outputs: readonly TwistCommand[];
  readonly counts: GuardReport["counts"];
}

/** One episode: world, sensors, a controller that may want anything, the guard, all in simulated time. */
export function driveGuarded(
  world: RoomsWorld,
  driver: Driver,
  durationS: number,
  { odometry: seenOdometry = (o) => o, scan: seenScan = (s) => s, ...rest }: Partial<Timing> & SensorFault = {},
  robot = ROOMS_ROBOT,
): DriveResult {
  const timing = { ...USUAL_TIMING, ...rest };
  const clock: Clock = { nowNs: () => world.stampNs, steadyNs: () => world.stampNs };
  const guard = new Guard(robot, clock);
  const due = new Map<number, (() => void)[]>();
  const after = (now: number, delayMs: number, action: () => void) => {
    const step = now + delayMs / STEP_MS;
    due.set(step, [...(due.get(step) ?? []), action]);
  };
  const outputs: TwistCommand[] = [];
  let counts: GuardReport["counts"] = {};
  let clearanceM = Number.POSITIVE_INFINITY;
  let drivenM = 0;
  let last = world.odomFromBase;
  for (let step = 0; step * STEP_MS < durationS * 1000; step++) {
    const ms = step * STEP_MS;
    if (ms % timing.odometryPeriodMs === 0) {
      const odometry = seenOdometry(world.odometry());
      if (odometry !== undefined) after(step, timing.odometryDelayMs, () => guard.onBody(odometry));
    }
    if (ms % timing.scanPeriodMs === 0) {
      const scan = seenScan(world.scan());
      if (scan !== undefined) after(step, timing.scanDelayMs, () => guard.onScan(scan));
    }
    if (ms % timing.commandPeriodMs === 0) {
      const command = driver(world, ms / timing.commandPeriodMs);
      const stampNs = world.stampNs;
      if (command !== undefined) after(step, timing.commandDelayMs, () => guard.onCommand(command, stampNs));
    }
    for (const action of due.get(step) ?? []) action();
    due.delete(step);
    if (ms % timing.guardPeriodMs === 0 && !timing.isGuardGone(ms)) {
      const report = guard.tick();
      const command = report.verdict.command as TwistCommand;
      outputs.push(command);
      counts = report.counts;
      if (timing.outputDelayMs === 0) world.command(command);
      else after(step, timing.outputDelayMs, () => world.command(command));
    }
    world.advance(BigInt(STEP_MS) * 1_000_000n);
    if (ms % 50 === 0) {
      const now = world.odomFromBase;
      drivenM += Math.hypot(now.xM - last.xM, now.yM - last.yM);
      last = now;
      clearanceM = Math.min(clearanceM, world.clearanceM);
    }
  }
  return { collisions: world.collisions, clearanceM, drivenM, outputs, counts };
}
