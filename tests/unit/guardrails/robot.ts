import { expect } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import type { Odometry } from "../../../src/core/body.js";
import { STOP_TWIST, type TwistCommand } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import { MOTION_SIZE } from "../../../src/core/motion.js";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import type { LaserScan } from "../../../src/core/sensors.js";
import type { Tensor } from "../../../src/core/tensor.js";
import { tensor } from "../../../src/math/tensor.js";

export const ROOMS_ROBOT: RobotDescription = readRobotFile("calibration/rooms/robot.yaml");
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
export function state(parts: Partial<BodyState> = {}): BodyState {
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
export function driving(vxMps: number, yawRateRps = 0, parts: Partial<BodyState> = {}): BodyState {
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
