import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor, values } from "../../../src/math/tensor.js";
import { JointVelocities } from "../../../src/motion/joint-velocities.js";
import { ReacherWorld } from "../../../src/worlds/reacher/reacher-world.js";

const RESPONSE = { timeConstantS: 0, accelerationPerS2: 8, decelerationPerS2: 10 };
const at = (positionsRad: number[], velocitiesRps: number[]) => ({ stampNs: 0n, positionsRad, velocitiesRps });
const of = (shape: number[], ...data: number[]) => tensor(Float32Array.from(data), shape);

describe("JointVelocities", () => {
  it("speeds up at its acceleration, brakes at its deceleration, each joint by itself; rows are positions, then velocities", () => {
    const model = new JointVelocities([RESPONSE, RESPONSE]);
    const motion = model.rollout(at([0, 1], [0, 1]), of([1, 2, 2], 2, 0, 2, 0), 0.1);
    expect(motion.shape).toEqual([1, 2, 4]);
    // 8 rad/s² for 0.1 s: 0.8 rad/s, 0.04 rad; then to 1.6 rad/s, 0.12 rad more. The other stops from 1 rad/s at 10 rad/s²: 0.05 rad.
    for (const [i, expected] of [0.04, 1.05, 0.8, 0, 0.16, 1.05, 1.6, 0].entries()) expect(values(motion)[i]).toBeCloseTo(expected, 5);
  });

  it("follows a command by its lag where no limit is met", () => {
    const model = new JointVelocities([{ ...RESPONSE, timeConstantS: 0.05 }]);
    const motion = values(model.rollout(at([0], [0]), of([1, 1, 1], 0.2), 0.1));
    expect(motion[1]).toBeCloseTo(0.2 * (1 - Math.exp(-2)), 5);
    expect(motion[0]).toBeCloseTo(0.2 * (0.1 - 0.05 * (1 - Math.exp(-2))), 3);
  });

  it("keeps samples apart, and gives the state that a row stands for", () => {
    const model = new JointVelocities([RESPONSE, RESPONSE]);
    const motion = model.rollout(at([0.5, -0.5], [0, 0]), of([2, 1, 2], 0, 0, 1, -1), 0.5);
    expect([...values(motion).subarray(0, 4)]).toEqual([0.5, -0.5, 0, 0]);
    const body = model.bodyOf(values(motion).subarray(4), 9n);
    expect(body.stampNs).toBe(9n);
    expect(body.positionsRad[0]! - 0.5).toBeCloseTo(-(body.positionsRad[1]! + 0.5), 6);
    expect(body.velocitiesRps).toEqual([1, -1]);
  });

  it("is never faster than what it was told and what it had, whatever it was told", () => {
    const model = new JointVelocities([{ ...RESPONSE, timeConstantS: 0.05 }]);
    const speed = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(speed, fc.array(speed, { minLength: 1, maxLength: 8 }), (v0, told) => {
        const motion = values(model.rollout(at([0], [v0]), of([1, told.length, 1], ...told), 0.1));
        const most = Math.max(Math.abs(v0), ...told.map(Math.abs));
        for (let tick = 0; tick < told.length; tick++) expect(Math.abs(motion[2 * tick + 1]!)).toBeLessThanOrEqual(most + 1e-6);
      }),
    );
  });

  it("goes where the arm of the world goes", () => {
    const world = new ReacherWorld({ seed: 1004 });
    const from = world.joints();
    const told = [0.5, -0.5, 1, -1, 0.2, 0.4, -0.6, 0, 0, 0];
    const model = new JointVelocities(Array(2).fill({ timeConstantS: 0.05, accelerationPerS2: 10, decelerationPerS2: 12 }));
    const motion = values(model.rollout(from, of([1, 5, 2], ...told), 0.1));
    for (let tick = 0; tick < 5; tick++) {
      world.command({ kind: "joint-velocities", velocitiesRps: told.slice(2 * tick, 2 * tick + 2) });
      world.advance(100_000_000n);
    }
    const { positionsRad, velocitiesRps } = world.joints();
    for (const [i, real] of [...positionsRad, ...velocitiesRps].entries()) expect(motion[16 + i]).toBeCloseTo(real, 2);
  });
});
