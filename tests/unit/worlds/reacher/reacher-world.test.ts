import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import { SafetyGate } from "../../../../src/control/gate.js";
import { restOf } from "../../../../src/guardrails/axes.js";
import { seededRandom } from "../../../../src/math/random.js";
import { ReacherExplorer } from "../../../../src/worlds/reacher/explorer.js";
import { JOINTS, RANGE_RAD, ReacherWorld } from "../../../../src/worlds/reacher/reacher-world.js";

const TICK_NS = 100_000_000n;
const at = (shoulder: number, wrist: number) => {
  const world = new ReacherWorld({ seed: 5000 });
  const state = Float64Array.from(world.save());
  state.set([shoulder, wrist, 0, 0]);
  world.restore(state);
  return world;
};
const told = (world: ReacherWorld, shoulder: number, wrist: number, ticks: number) => {
  for (let i = 0; i < ticks; i++) {
    world.command({ kind: "joint-velocities", velocitiesRps: [shoulder, wrist] });
    world.advance(TICK_NS);
  }
  return world.joints();
};

describe("ReacherWorld", () => {
  it("turns each joint with the velocity it is told, after its lag: what a lag of 0.05 s leaves behind is 0.05 s of it", () => {
    const { positionsRad, velocitiesRps } = told(at(0, 0.5), 0.2, -0.1, 20);
    expect(velocitiesRps[0]).toBeCloseTo(0.2, 6);
    expect(positionsRad[0]).toBeCloseTo(0.2 * (2 - 0.05), 2);
    expect(positionsRad[1]).toBeCloseTo(0.5 - 0.1 * (2 - 0.05), 2);
  });

  it("ends at its range, and counts that as a touch once", () => {
    const world = at(2.8, 0);
    expect(told(world, 1, 0, 10).positionsRad[0]).toBe(RANGE_RAD[0][1]);
    expect(world.joints().velocitiesRps[0]).toBe(0);
    expect(world.collisions).toBeGreaterThan(0);
  });

  it("shows its hand where forward kinematics says, by its colour", () => {
    // Straight up: the hand is 0.32 m above the middle. Bent by a right angle: 0.16 m up, 0.16 m to the left.
    for (const [shoulder, wrist, x, y] of [
      [Math.PI / 2, 0, 0, 0.32],
      [Math.PI / 2, Math.PI / 2, -0.16, 0.16],
    ] as const) {
      const { rgb, width } = at(shoulder, wrist).frame(128);
      const perM = width / 0.81;
      let [sumX, sumY, sum] = [0, 0, 0];
      for (let row = 0; row < width; row++)
        for (let column = 0; column < width; column++) {
          const i = (row * width + column) * 3;
          if (rgb[i]! < 200 || rgb[i + 1]! > 140) continue;
          // The hand is the end of the orange link that is farthest from the elbow.
          const [px, py] = [(column + 0.5 - width / 2) / perM, (width / 2 - row - 0.5) / perM];
          if (Math.hypot(px - x, py - y) > 0.06) continue;
          [sumX, sumY, sum] = [sumX + px, sumY + py, sum + 1];
        }
      expect(sum).toBeGreaterThan(20);
      expect(Math.hypot(sumX / sum - x, sumY / sum - y)).toBeLessThan(0.03);
    }
  });

  it("has an explorer that its guard lets through, over most of both ranges", () => {
    const robot = readRobotFile("calibration/reacher/robot.yaml");
    const gate = new SafetyGate(robot);
    const world = new ReacherWorld({ seed: 5001, startNs: 1_000_000_000n });
    const explorer = new ReacherExplorer(world, seededRandom(5001));
    let lastOutput = restOf(robot);
    let changed = 0;
    const seen = JOINTS.map(() => [0, 0]);
    for (let tick = 0; tick < 2000; tick++) {
      const { stampNs: nowNs } = world;
      const joints = world.joints();
      const received = { jointsReceivedNs: nowNs, commandReceivedNs: nowNs, odometryReceivedNs: undefined, scanReceivedNs: undefined };
      const now = { nowNs, joints, odometry: undefined, scan: undefined, ...received, lastOutput, lastOutputNs: nowNs - TICK_NS };
      const { kind, command } = gate.admit(explorer.next(), now);
      if (kind !== "pass") changed++;
      lastOutput = command;
      world.command(command);
      world.advance(TICK_NS);
      joints.positionsRad.forEach((q, i) => {
        seen[i] = [Math.min(seen[i]![0]!, q), Math.max(seen[i]![1]!, q)];
      });
    }
    expect(changed / 2000).toBeLessThan(0.02);
    expect(world.collisions).toBe(0);
    for (const [i, [low, high]] of RANGE_RAD.entries()) {
      expect(seen[i]![0]).toBeLessThan(low + 0.4);
      expect(seen[i]![1]).toBeGreaterThan(high - 0.4);
    }
  });
});
