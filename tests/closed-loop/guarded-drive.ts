import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard, type GuardReport } from "../../src/control/guard.js";
import type { Clock } from "../../src/core/clock.js";
import type { TwistCommand } from "../../src/core/command.js";
import type { RobotDescription } from "../../src/core/robot-description.js";
import type { RoomsWorld } from "../../src/worlds/rooms/rooms-world.js";
import type { SensorFault } from "./sensor-faults.js";

export const ROOMS_ROBOT = readRobotFile("calibration/rooms/robot.yaml");
const MS = 1_000_000n;
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
}

export const USUAL_TIMING: Timing = {
  commandPeriodMs: 50,
  commandDelayMs: 10,
  odometryPeriodMs: 50,
  odometryDelayMs: 10,
  scanPeriodMs: 100,
  scanDelayMs: 20,
  outputDelayMs: 20,
};

export interface DriveResult {
  readonly collisions: number;
  readonly ticks: number;
  readonly outputs: readonly TwistCommand[];
  readonly counts: GuardReport["counts"];
}

/** One episode: world, sensors, a controller without scruples, the guard at 50 Hz, all in simulated time. */
export function driveGuarded(
  world: RoomsWorld,
  driver: Driver,
  durationS: number,
  timing: Timing & SensorFault = USUAL_TIMING,
  robot: RobotDescription = ROOMS_ROBOT,
): DriveResult {
  const clock: Clock = { nowNs: () => world.stampNs, steadyNs: () => world.stampNs };
  const guard = new Guard(robot, clock);
  const due: Map<number, (() => void)[]> = new Map();
  const at = (step: number, action: () => void) => due.set(step, [...(due.get(step) ?? []), action]);
  const outputs: TwistCommand[] = [];
  let counts: GuardReport["counts"] = {};
  const steps = Math.round((durationS * 1000) / STEP_MS);
  for (let step = 0; step < steps; step++) {
    const ms = step * STEP_MS;
    if (ms % timing.odometryPeriodMs === 0) {
      const odometry = timing.odometry ? timing.odometry(world.odometry()) : world.odometry();
      if (odometry !== undefined) at(step + timing.odometryDelayMs / STEP_MS, () => guard.onOdometry(odometry));
    }
    if (ms % timing.scanPeriodMs === 0) {
      const scan = timing.scan ? timing.scan(world.scan()) : world.scan();
      if (scan !== undefined) at(step + timing.scanDelayMs / STEP_MS, () => guard.onScan(scan));
    }
    if (ms % timing.commandPeriodMs === 0) {
      const command = driver(world, ms / timing.commandPeriodMs);
      const stampNs = world.stampNs;
      if (command !== undefined) at(step + timing.commandDelayMs / STEP_MS, () => guard.onCommand(command, stampNs));
    }
    for (const action of due.get(step) ?? []) action();
    due.delete(step);
    if (ms % 20 === 0) {
      const report = guard.tick();
      const command = report.verdict.command as TwistCommand;
      outputs.push(command);
      counts = report.counts;
      if (timing.outputDelayMs === 0) world.command(command);
      else at(step + timing.outputDelayMs / STEP_MS, () => world.command(command));
    }
    world.advance(BigInt(STEP_MS) * MS);
  }
  return { collisions: world.collisions, ticks: outputs.length, outputs, counts };
}
