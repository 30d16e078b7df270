import { expect } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { GateHistory } from "../../../src/control/gate-history.js";
import type { Odometry } from "../../../src/core/body.js";
import { type Command, STOP_TWIST, type TwistCommand } from "../../../src/core/command.js";
import type { BodyState, Guardrail, Ruling } from "../../../src/core/guardrail.js";
import { MOTION_SIZE } from "../../../src/core/motion.js";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import type { LaserScan, ObstaclePoints } from "../../../src/core/sensors.js";
import type { Tensor } from "../../../src/core/tensor.js";
import type { RuleId, ViolationOf } from "../../../src/core/violation.js";
import { tensor } from "../../../src/math/tensor.js";

/** Its commands count for the reaction time alone: so the known answers are of plain formulas. What is held longer has tests of its own. */
const ROOMS = unheld(readRobotFile("calibration/rooms/robot.yaml"));
/** The robot of `rooms`, where most tests show it nothing at all. */
export const ROOMS_ROBOT: RobotDescription = { ...ROOMS, scanner: { ...ROOMS.scanner!, openSpace: true } };

export function unheld(robot: RobotDescription): RobotDescription {
  return { ...robot, base: { ...robot.base, holdSafe: false } };
}

/** What a rule's tests may say besides: what is seen, as the gate would have placed it. */
export type Shown = BodyState & { readonly obstacles?: ObstaclePoints | undefined };

/** One guardrail by itself, with a gate's history of its own: every `check` is a tick. */
export function alone<Id extends RuleId>({ rule, constraint }: Guardrail<Id>, robot: RobotDescription = ROOMS_ROBOT) {
  const history = new GateHistory(robot);
  const judge = rule(robot);
  const margin = constraint?.(robot);
  return {
    history,
    check(command: Command, shown: Shown): Ruling<ViolationOf<Id>> | undefined {
      const { obstacles, ...now } = shown;
      const context = history.advance(now);
      return judge?.(command, "obstacles" in shown ? { ...context, obstacles } : context);
    },
    /** Undefined: it has none for this robot. */
    margin: margin && ((motion: Tensor, seen?: ObstaclePoints, periodS = robot.controlPeriodS) => margin(motion, seen, periodS)),
  };
}

export const NOW_NS = 10_000_000_000n;
export const MS = 1_000_000n;

export function twist(vxMps: number, yawRateRps = 0, vyMps = 0): TwistCommand {
  return { kind: "twist", vxMps, vyMps, yawRateRps };
}

export function odometry(vxMps = 0, yawRateRps = 0, pose = { xM: 0, yM: 0, yawRad: 0 }, stampNs = NOW_NS): Odometry {
  return { stampNs, odomFromBase: pose, twistInBase: { vxMps, vyMps: 0, yawRateRps } };
}

/** A scan that sees nothing but a wall across x = `wallXM` (base frame), if given. */
export function scan(wallXM?: number, stampNs = NOW_NS, beams = 120): LaserScan {
  const angleIncrementRad = (2 * Math.PI) / beams;
  const rangesM = Float32Array.from({ length: beams }, (_, i) => {
    const cos = Math.cos(-Math.PI + i * angleIncrementRad);
    const range = wallXM === undefined ? Number.POSITIVE_INFINITY : wallXM / cos;
    return range > 0 && range <= 6 ? range : Number.POSITIVE_INFINITY;
  });
  return { stampNs, angleMinRad: -Math.PI, angleIncrementRad, rangeMinM: 0.05, rangeMaxM: 6, rangesM };
}

/** All fresh, at rest at the origin, nothing in sight, last output 50 ms ago. */
export function state(parts: Partial<Shown> = {}): Shown {
  return {
    nowNs: NOW_NS,
    odometry: odometry(),
    scan: scan(),
    odometryReceivedNs: NOW_NS,
    scanReceivedNs: NOW_NS,
    commandReceivedNs: NOW_NS,
    lastOutput: STOP_TWIST,
    lastOutputNs: NOW_NS - 50n * MS,
    ...parts,
  };
}

/** Driving as told: measured and last output agree. */
export function driving(vxMps: number, yawRateRps = 0, parts: Partial<Shown> = {}): Shown {
  return state({ odometry: odometry(vxMps, yawRateRps), lastOutput: twist(vxMps, yawRateRps), ...parts });
}

/** Samples of ticks of `[x, y, yaw, vx, vy, yawRate]`. */
export function motionOf(samples: readonly (readonly (readonly number[])[])[]): Tensor {
  return tensor(Float32Array.from(samples.flat(2)), [samples.length, samples[0]?.length ?? 0, MOTION_SIZE]);
}

/** Matches a twist up to rounding. */
export function near({ vxMps, vyMps, yawRateRps }: TwistCommand) {
  return { kind: "twist", vxMps: expect.closeTo(vxMps, 9), vyMps: expect.closeTo(vyMps, 9), yawRateRps: expect.closeTo(yawRateRps, 9) };
}
