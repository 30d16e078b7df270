import { describe, expect, test } from "vitest";
import { EmergencyLatch } from "../../../../src/guardrails/history/emergency-latch.js";
import { emergencyStop } from "../../../../src/guardrails/rules/emergency-stop.js";
import { alone, driving, odometry, ROOMS_ROBOT, state, twist } from "../robot.js";

const pressed = () => {
  const stop = new EmergencyLatch(ROOMS_ROBOT);
  stop.set(true);
  return stop;
};

describe("the emergency stop", () => {
  test("is off at first", () => {
    expect(new EmergencyLatch(ROOMS_ROBOT).active).toBe(false);
    expect(alone(emergencyStop).check(twist(0.1), state())).toBeUndefined();
  });

  test("leaves no command once pressed", () => {
    const rule = alone(emergencyStop);
    rule.history.emergencyStop.set(true);
    expect(rule.check(twist(0), state())).toEqual({ violation: { id: "emergency-stop", value: 1, limit: 0, unit: "1" } });
  });

  test("stays when the button is released", () => {
    const stop = pressed();
    stop.set(false);
    expect(stop.active).toBe(true);
  });

  test("ends by a reset, at rest and with the button released", () => {
    const stop = pressed();
    stop.set(false);
    expect(stop.reset(state())).toBe(true);
    expect(stop.active).toBe(false);
  });

  test.each([
    ["while it still rolls", driving(0.03, 0, { lastOutput: twist(0) })],
    ["while it still turns", driving(0, 0.06, { lastOutput: twist(0) })],
    ["while it slides sideways", state({ odometry: { ...odometry(), twistInBase: { vxMps: 0, vyMps: 0.03, yawRateRps: 0 } } })],
    ["while it is told to drive", state({ lastOutput: twist(0.1) })],
    ["while it is told to turn", state({ lastOutput: twist(0, 0.1) })],
    ["without odometry", state({ odometry: undefined })],
    ["with odometry of NaN", state({ odometry: odometry(Number.NaN) })],
    ["after a command of another kind", state({ lastOutput: { kind: "joint-velocities", velocitiesRps: [] } })],
  ])("no reset %s", (_, now) => {
    const stop = pressed();
    stop.set(false);
    expect(stop.reset(now)).toBe(false);
    expect(stop.active).toBe(true);
  });

  test("no reset while the button is held", () => {
    expect(pressed().reset(state())).toBe(false);
  });

  test("does not stop planning", () => {
    expect(emergencyStop.constraint).toBeUndefined();
  });
});
