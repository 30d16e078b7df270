import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import { Guard } from "../../../../src/control/guard.js";
import type { JointVelocityCommand } from "../../../../src/core/command.js";
import { embodimentOf } from "../../../../src/embodiment/index.js";
import { linkClearance } from "../../../../src/guardrails/rules/link-clearance.js";
import { seededRandom } from "../../../../src/math/random.js";
import { tensor } from "../../../../src/math/tensor.js";
import { LinkDistances } from "../../../../src/motion/link-distances.js";
import { armState, joints } from "../arm.js";
import { alone } from "../robot.js";

const ROBOT = readRobotFile("calibration/arm-urdf/robot.yaml");
const CLEARANCE_M = ROBOT.links!.clearanceM;
const measure = (q: readonly number[]) => Math.min(...new LinkDistances(ROBOT.links!, 3).measure(q));
const still = (...q: number[]) => armState([0, 0, 0], q);

describe("link clearance", () => {
  test("lets the arm move where nothing is near", () => {
    expect(alone(linkClearance, ROBOT).check(joints(1, 1, 1.5), still(0, 0, 0))).toBeUndefined();
  });

  test("slows the arm before the rail, to what still stops before it, and names the box", () => {
    const rule = alone(linkClearance, ROBOT);
    // Bent forward and down, the tool near the rail.
    let shoulder = 0.6;
    while (measure([0, shoulder, 0.9]) > CLEARANCE_M + 0.06) shoulder += 0.005;
    const near = still(0, shoulder, 0.9);
    const ruling = rule.check(joints(0, 1, 0), near)!;
    expect(ruling).toMatchObject({ violation: { id: "link-clearance", unit: "m", limit: CLEARANCE_M }, slows: true });
    const [, allowed] = (ruling.allowed as JointVelocityCommand).velocitiesRps;
    expect(allowed).toBeGreaterThan(0.02);
    expect(allowed).toBeLessThan(1);
    expect(rule.check(ruling.allowed!, near)).toBeUndefined();
    expect(rule.check(joints(0, -1, 0), near)).toBeUndefined();
  });

  test("too near already, the arm may go away, and may not go on", () => {
    const rule = alone(linkClearance, ROBOT);
    let shoulder = 0.6;
    while (measure([0, shoulder, 0.9]) > CLEARANCE_M - 0.005) shoulder += 0.002;
    const inside = still(0, shoulder, 0.9);
    expect(rule.check(joints(0, -0.5, 0), inside)).toBeUndefined();
    expect(rule.check(joints(0, 0.05, 0), inside)).toMatchObject({ allowed: joints(0, 0, 0) });
  });

  test("an arm that folds onto itself is stopped by its own links", () => {
    const rule = alone(linkClearance, ROBOT);
    const fold = (elbow: number) => still(0, -0.6, elbow);
    expect(rule.check(joints(0, 0, 1.5), fold(2))).toBeUndefined();
    expect(rule.check(joints(0, 0, 1.5), fold(2.65))).toMatchObject({ violation: { id: "link-clearance.self", limit: CLEARANCE_M } });
    expect(rule.check(joints(0, 0, -1.5), fold(2.65))).toBeUndefined();
    expect(rule.check(joints(Number.NaN, 0, 0), { ...fold(0), joints: undefined })).toMatchObject({ violation: { id: "link-clearance" } });
  });

  test("planning keeps away from boxes, as the gate does, and a little more", () => {
    const { margin } = alone(linkClearance, ROBOT);
    const row = (q: readonly number[], v = [0, 0, 0]) => [...q, ...v];
    const motion = tensor(Float32Array.from([row([0, 0, 0]), row([0, 1.2, 0.9]), row([0, 0.8, 0.8], [0, 1, 0])].flat()), [3, 1, 6]);
    const [free, touching, going] = margin!(motion);
    expect(free).toBe(-1);
    expect(touching).toBeGreaterThan(0);
    expect(going).toBeGreaterThan(-1);
  });
});

/** The guard in closed loop with the arm's own motion: somebody wants it to hit, 50 times a second. */
function leastDistance(seed: number): number {
  const random = seededRandom(seed);
  const motion = embodimentOf(ROBOT).motion(ROBOT);
  let nowNs = 1_000_000_000n;
  const guard = new Guard(ROBOT, { nowNs: () => nowNs, steadyNs: () => nowNs });
  let q = [4 * random.uniform() - 2, 0.4 * random.uniform() - 0.2, 0.4 * random.uniform() - 0.2];
  let v = [0, 0, 0];
  let wanted = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (let tick = 0; tick < 250; tick++) {
    if (tick % 12 === 0)
      wanted = [random.uniform(), random.uniform(), random.uniform()].map((u, i) => (u < 0.5 ? -1 : 1) * ROBOT.joints[i]!.velocityRps);
    // A little noise: a measurement that never changes is no measurement.
    guard.onBody({ stampNs: nowNs, positionsRad: q, velocitiesRps: v });
    guard.onCommand(joints(...wanted), nowNs);
    const { verdict } = guard.tick();
    const { velocitiesRps } = verdict.command as JointVelocityCommand;
    const after = motion.rollout(
      { stampNs: nowNs, positionsRad: q, velocitiesRps: v },
      tensor(Float32Array.from(velocitiesRps), [1, 1, 3]),
      0.02,
    );
    [q, v] = [Array.from(after.data.slice(0, 3)), Array.from(after.data.slice(3, 6))];
    nowNs += 20_000_000n;
    least = Math.min(least, measure(q));
  }
  return least;
}

test("with somebody who wants the arm to hit, its links keep half of the clearance at least", () => {
  const least = Array.from({ length: Number(process.env.REHEARSE_EPISODES ?? 8) }, (_, seed) => leastDistance(seed));
  expect(Math.min(...least)).toBeGreaterThan(CLEARANCE_M / 2);
  // They come near: the guard is what keeps them away.
  expect(least.filter((distanceM) => distanceM < CLEARANCE_M + 0.05).length).toBeGreaterThan(2);
}, 120_000);
