import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../src/core/gate.js";
import { type Unit, VIOLATION_IDS, type Violation, type ViolationId } from "../../../src/core/violation.js";
import { verdictText, violationText } from "../../../src/messages/verdict-text.js";

const found = (id: ViolationId, value = 1, limit = 0, unit: Unit = "1"): Violation => ({ id, value, limit, unit });
const twist = (vxMps: number, yawRateRps = 0, vyMps = 0) => ({ kind: "twist", vxMps, vyMps, yawRateRps }) as const;

describe("a verdict in words", () => {
  test.each<[Verdict, string]>([
    [{ kind: "pass", command: twist(0.3) }, "passes what is proposed"],
    [
      { kind: "slowdown", command: twist(0.2119, 0.5), because: [found("braking-distance", 0.154, 0.2, "m")] },
      "slowed to 0.21 m/s, 0.5 rad/s: would come within 0.15 m of what the scan sees before it stands; 0.2 m must stay free around its middle",
    ],
    [
      { kind: "limited", command: twist(0.05), because: [found("speed", 2, 0.6, "m/s"), found("acceleration", 0.6, 0.05, "m/s")] },
      "limited to 0.05 m/s: proposed 2 m/s; 0.6 m/s are the limit; proposed 0.6 m/s; 0.05 m/s can be reached by now",
    ],
    [{ kind: "stop", command: twist(0), because: [found("proposal", 0, 1)] }, "stops, at 0 m/s: nothing has been proposed yet"],
    [
      { kind: "stop", command: { kind: "joint-velocities", velocitiesRps: [0.1, 0.004] }, because: [found("emergency-stop")] },
      "stops, at 0.1, 0.004 rad/s: the emergency stop is pressed, or not reset yet",
    ],
    [
      { kind: "slowdown", command: twist(0.1, 0, -0.2), because: [found("model-uncertainty.surprise", 12, 8)] },
      "slowed to 0.1 m/s and -0.2 m/s sideways: what happened is 12 times as far from the model's prediction as usual; 8 times are trusted",
    ],
  ])("%j: %s", (verdict, expected) => {
    expect(verdictText(verdict)).toBe(expected);
  });
});

describe("a finding in words", () => {
  test.each([
    [found("freshness.odometry", Number.POSITIVE_INFINITY, 0.2, "s"), "odometry has not come yet"],
    [found("freshness.scan", 0.41, 0.3, "s"), "the newest scan is 0.41 s old; 0.3 s are allowed"],
    [found("freshness.command", -0.2, -0.05, "s"), "the newest command is stamped 0.2 s in the future; 0.05 s are allowed"],
    [found("braking-distance", Number.NaN, 0.2, "m"), "without odometry the distance to what the scan sees is not known"],
    [found("braking-distance.blind", Math.PI / 6, 0, "rad"), "the scan does not cover 30° of where the robot would drive"],
    [
      found("braking-distance.unmeasured", Math.PI / 9, 0, "rad"),
      "the scanner measures nothing any more in 20° of where the robot would drive: slowly",
    ],
    [found("lateral-acceleration", 1.4, 1, "m/s²"), "the curve asks for 1.4 m/s² sideways; 1 m/s² are the limit"],
    [found("lateral-acceleration", 2, 1.5, "rad/s"), "proposed 2 rad/s; at the measured speed 1.5 rad/s are the limit"],
    [found("joint-range", Number.NaN, 0, "rad"), "the joints are not measured"],
    [
      { ...found("joints.velocity", 0.5, 0.45, "rad/s"), axis: "elbow" },
      "the measured speed of elbow is 0.5 rad/s from what the commands lead to; 0.45 rad/s are believed",
    ],
    [found("custom/slow-zone", 0.5, 0.2, "m/s"), "custom/slow-zone: 0.5 m/s; 0.2 m/s are allowed"],
    [found("custom/slow-zone.failed"), "custom/slow-zone failed, which counts as a no"],
    [found("gate.failed"), "gate failed, which counts as a no"],
  ] satisfies [Violation, string][])("%j: %s", (violation, expected) => {
    expect(violationText(violation)).toBe(expected);
  });

  test("each of them has a sentence of its own, which names no id", () => {
    const sentences = VIOLATION_IDS.map((id) => violationText(found(id, 0.3, 0.2, "m")));
    expect(new Set(sentences).size).toBe(VIOLATION_IDS.length);
    for (const sentence of sentences) expect(sentence).not.toMatch(/undefined|NaN|\w\.\w{3}/);
  });
});
