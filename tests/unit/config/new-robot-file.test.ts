import { expect, it } from "vitest";
import { newRobotFile } from "../../../src/config/new-robot-file.js";
import { parseRobotFile } from "../../../src/config/robot-file.js";
import { SafetyGate } from "../../../src/control/gate.js";

const BASE = {
  name: "cart: the 2nd",
  drive: "differential",
  radiusM: 0.22,
  forwardMps: 0.7,
  reverseMps: 0.2,
  yawRateRps: 1.2,
  accelerationMps2: 0.9,
  brakingMps2: 0.8,
  delayS: 0.08,
  timeoutS: 0.4,
  scanner: { frame: "laser", xM: 0.1, yM: -0.02, yawRad: 1.57 },
} as const;
const read = (base: Parameters<typeof newRobotFile>[0]) => parseRobotFile(Buffer.from(newRobotFile(base)), "new.yaml");

it("holds what was measured, as it was measured, and nothing that a gate refuses", () => {
  const robot = read(BASE);
  expect(robot).toMatchObject({
    name: "cart: the 2nd",
    drive: "differential",
    footprint: { radiusM: 0.22 },
    limits: { forwardMps: 0.7, reverseMps: 0.2, yawRateRps: 1.2, accelerationMps2: 0.9, decelerationMps2: 0.8 },
    response: { commandDelayS: 0.08 },
    base: { commandTimeoutS: 0.4, holdSafe: true },
    scanner: { frame: "laser", baseFromScan: { xM: 0.1, yM: -0.02, yawRad: 1.57 } },
  });
  // What stands across its path is braked for: never harder sideways than it can brake.
  expect(robot.limits.lateralAccelerationMps2).toBeLessThanOrEqual(0.8);
  expect(() => new SafetyGate(robot)).not.toThrow();
  expect(() => new SafetyGate(read({ ...BASE, drive: "omnidirectional" }))).not.toThrow();
  expect(read({ ...BASE, drive: "omnidirectional" }).limits.sidewaysMps).toBe(0.2);
});

it("is refused beyond the ceilings, whatever was asked for", () => {
  for (const beyond of [{ forwardMps: 1.6 }, { brakingMps2: 5 }, { radiusM: 1.5 }, { yawRateRps: 5 }])
    expect(() => new SafetyGate(read({ ...BASE, ...beyond }))).toThrow(/; allowed: /);
  // Derived numbers stay within them by themselves.
  expect(() => new SafetyGate(read({ ...BASE, yawRateRps: 4, accelerationMps2: 3 }))).not.toThrow();
});
