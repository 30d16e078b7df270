import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { chamfer } from "../../../../src/worlds/table/chamfer.js";
import { Particles } from "../../../../src/worlds/table/particles.js";
import { Pusher } from "../../../../src/worlds/table/pusher.js";
import { INSIDE_M, PUSHER_RADIUS_M } from "../../../../src/worlds/table/table.js";

const RADIUS_M = 0.009;
const TOUCH_M = RADIUS_M + PUSHER_RADIUS_M;

function pushed(particles: Particles, pusher: Pusher, vxMps: number, vyMps: number, steps: number): void {
  for (let i = 0; i < steps; i++) {
    pusher.step(vxMps, vyMps);
    particles.step(pusher);
  }
}

describe("Particles", () => {
  it("go ahead of a pusher that meets them in the middle, and stop when it does", () => {
    const particles = new Particles(1, RADIUS_M);
    const pusher = new Pusher();
    pusher.place(-0.1, 0);
    pushed(particles, pusher, 0.2, 0, 150);
    expect(particles.positions[0]).toBeCloseTo(pusher.xM + TOUCH_M, 12);
    expect(particles.positions[1]).toBe(0);
    pushed(particles, pusher, -0.2, 0, 20);
    const rest = particles.positions.slice();
    pushed(particles, pusher, -0.2, 0, 80);
    expect(particles.positions).toEqual(rest);
  });

  it("pass a push on, row by row", () => {
    const particles = new Particles(3, RADIUS_M);
    particles.positions.set([0, 0, 0.02, 0, 0.05, 0]);
    const pusher = new Pusher();
    pusher.place(-0.05, 0);
    pushed(particles, pusher, 0.2, 0, 80);
    const xs = [0, 1, 2].map((i) => particles.positions[2 * i]! - pusher.xM);
    for (const [i, x] of xs.entries()) expect(Math.abs(x - (TOUCH_M + 2 * RADIUS_M * i))).toBeLessThan(0.001);
  });

  it("step aside without a preference for a side", () => {
    const ends = [1, -1].map((side) => {
      const particles = new Particles(1, RADIUS_M);
      particles.positions.set([0, side * 0.01]);
      const pusher = new Pusher();
      pusher.place(-0.1, 0);
      pushed(particles, pusher, 0.2, 0, 150);
      return [...particles.positions];
    });
    expect(ends[0]).toEqual([ends[1]![0], -ends[1]![1]!]);
  });

  it("stay inside the walls and hold up the pusher there", () => {
    const particles = new Particles(4, RADIUS_M);
    particles.positions.set([0.3, 0, 0.32, 0.001, 0.34, 0, 0.36, 0.001]);
    const pusher = new Pusher();
    pusher.place(0.2, 0);
    pushed(particles, pusher, 0.6, 0, 200);
    for (const value of particles.positions) expect(Math.abs(value)).toBeLessThanOrEqual(INSIDE_M - RADIUS_M);
    for (let i = 0; i < 8; i += 2) {
      expect(Math.hypot(particles.positions[i]! - pusher.xM, particles.positions[i + 1]! - pusher.yM)).toBeGreaterThan(TOUCH_M - 0.005);
    }
  });

  it("keep chains as long as they are, and no more bent than they may be", () => {
    const joints = Array.from({ length: 9 }, (_, a) => ({ a, b: a + 1, lengthM: 0.02, atLeast: false }));
    const bends = Array.from({ length: 8 }, (_, a) => ({ a, b: a + 2, lengthM: 0.036, atLeast: true }));
    const chain = new Particles(10, RADIUS_M, [...joints, ...bends]);
    for (let i = 0; i < 10; i++) chain.positions.set([0, 0.02 * i - 0.1], 2 * i);
    const pusher = new Pusher();
    pusher.place(-0.1, 0.01);
    const random = seededRandom(1);
    for (let tick = 0; tick < 40; tick++)
      pushed(chain, pusher, 0.4 * (2 * random.uniform() - 1) + 0.1, 0.4 * (2 * random.uniform() - 1), 10);
    const distance = (a: number, b: number) =>
      Math.hypot(chain.positions[2 * a]! - chain.positions[2 * b]!, chain.positions[2 * a + 1]! - chain.positions[2 * b + 1]!);
    for (const { a, b } of joints) expect(Math.abs(distance(a, b) - 0.02)).toBeLessThan(0.003);
    for (const { a, b } of bends) expect(distance(a, b)).toBeGreaterThan(0.032);
  });
});

describe("chamfer", () => {
  it("is 0 for the same points in any order, and twice the way by which points far apart moved", () => {
    expect(chamfer([0, 0, 1, 0], [1, 0, 0, 0])).toBe(0);
    expect(chamfer([0, 0, 5, 0, 0, 5], [0.3, 0.4, 5.3, 0.4, 0.3, 5.4])).toBeCloseTo(1, 12);
  });

  it("counts both directions, and is the same from both sides", () => {
    const [a, b] = [
      [0, 0, 0, 0],
      [0, 0, 3, 4],
    ];
    expect(chamfer(a, b)).toBeCloseTo(2.5, 12);
    expect(chamfer(b, a)).toBe(chamfer(a, b));
  });
});
