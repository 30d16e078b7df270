import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard } from "../../src/control/guard.js";
import type { TwistCommand } from "../../src/core/command.js";
import type { LaserScan } from "../../src/core/sensors.js";
import { type DriveState, driveStep } from "../../src/motion/differential-drive.js";

const ROOMS = readRobotFile("calibration/rooms/robot.yaml");
/** Mostly, nothing is in sight. */
const ROBOT = { ...ROOMS, scanner: { ...ROOMS.scanner!, openSpace: true } };
const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };
const MS = 1_000_000n;
const twist = (vxMps: number, yawRateRps = 0): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps });

/** Drives for 6 s from the origin along x; something stands across x = `wallM`. @returns the way of the body's centre, and what was sent */
function drive(robot: typeof ROBOT, say: (guard: Guard, nowNs: bigint, ms: number) => void, wallM = Number.POSITIVE_INFINITY) {
  let nowNs = 1_000_000_000n;
  const guard = new Guard(robot, { nowNs: () => nowNs, steadyNs: () => nowNs });
  let body: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  let command = twist(0);
  const way: number[] = [];
  const sent: TwistCommand[] = [];
  for (let ms = 0; ms < 6000; ms += 10, nowNs += 10n * MS) {
    if (ms % 50 === 0) guard.onBody({ stampNs: nowNs, odomFromBase: body.pose, twistInBase: body.twist });
    if (ms % 100 === 0) guard.onScan(view(wallM - body.pose.xM, body.pose.yawRad, nowNs));
    say(guard, nowNs, ms);
    if (ms % 20 === 0) {
      command = guard.tick().verdict.command as TwistCommand;
      sent.push(command);
    }
    body = driveStep(body, command, 0.01, RESPONSE);
    way.push(body.pose.xM);
  }
  return { furthestM: Math.max(...way), sent, counts: guard.tick().counts };
}

function view(aheadM: number, yawRad: number, stampNs: bigint): LaserScan {
  const angleIncrementRad = (2 * Math.PI) / 120;
  const rangesM = Float32Array.from({ length: 120 }, (_, i) => {
    const range = aheadM / Math.cos(yawRad - Math.PI + i * angleIncrementRad);
    return range > 0 && range <= 6 ? range : Number.POSITIVE_INFINITY;
  });
  return { stampNs, angleMinRad: -Math.PI, angleIncrementRad, rangeMinM: 0.05, rangeMaxM: 6, rangesM };
}

const fullSpeed = (guard: Guard, nowNs: bigint, ms: number) => {
  if (ms % 50 === 0) guard.onCommand(twist(0.6), nowNs);
};

describe("who tries what", () => {
  test("a goal inside a keep-out zone: the footprint stays out", () => {
    const corners: [number, number][] = [
      [1, -1],
      [3, -1],
      [3, 1],
      [1, 1],
    ];
    const { furthestM } = drive({ ...ROBOT, workspace: undefined, keepOutM: [corners] }, fullSpeed);
    expect(furthestM).toBeGreaterThan(0.8);
    expect(furthestM).toBeLessThanOrEqual(0.85);
  });

  test("a goal beyond the workspace, and a model that sees no wall: the footprint stays within, and off the wall", () => {
    expect(drive(ROBOT, fullSpeed).furthestM).toBeLessThanOrEqual(1.85);
    const { furthestM } = drive(ROBOT, fullSpeed, 1.5);
    expect(furthestM).toBeGreaterThan(1.25);
    expect(furthestM).toBeLessThan(1.32);
  });

  test("a second publisher that floods with commands stamped just ahead: judged like any other", () => {
    const { furthestM, sent } = drive(
      ROBOT,
      (guard, nowNs, ms) => {
        fullSpeed(guard, nowNs, ms);
        for (let k = 1n; k <= 4n; k++) guard.onCommand(twist(9, (ms % 3) - 1), nowNs + k * MS);
      },
      1.5,
    );
    expect(furthestM).toBeLessThan(1.35);
    for (const { vxMps, yawRateRps } of sent) {
      expect(Math.abs(vxMps)).toBeLessThanOrEqual(0.6);
      expect(Math.abs(yawRateRps)).toBeLessThanOrEqual(2);
    }
  });

  test("a recording played again, stamps and all, moves nothing", () => {
    const { furthestM, counts } = drive(ROBOT, (guard, nowNs, ms) => {
      if (ms % 50 === 0) guard.onCommand(twist(0.6), nowNs - 3_600_000n * MS);
    });
    expect(furthestM).toBe(0);
    expect(counts["old command"]).toBe(120);
  });
});
