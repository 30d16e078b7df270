import { describe, expect, it } from "vitest";
import type { NavigationWorld } from "../../src/core/world.js";
import { seededRandom } from "../../src/math/random.js";
import { createNavigationWorld, WORLD_NAMES, worldDefinition } from "../../src/worlds/index.js";

const TICK_NS = 50_000_000n;

/** Poses after each tick of a drive with random commands. */
function drive(world: NavigationWorld, seed: number, ticks: number) {
  const random = seededRandom(seed);
  return Array.from({ length: ticks }, () => {
    world.command({ kind: "twist", vxMps: random.uniform() - 0.3, vyMps: random.uniform() - 0.5, yawRateRps: 4 * random.uniform() - 2 });
    world.advance(TICK_NS);
    return world.odometry();
  });
}

describe.each(WORLD_NAMES.filter((name) => worldDefinition(name).type === "navigation"))("NavigationWorld %s", (name) => {
  const build = (seed = 3) => createNavigationWorld(name, { seed });

  it("moves only by advance, and by exactly that much time", () => {
    const world = build();
    world.command({ kind: "twist", vxMps: 0.3, vyMps: 0, yawRateRps: 1 });
    const before = world.odometry();
    expect(world.odometry()).toEqual(before);
    world.advance(123_456_789n);
    for (const { stampNs } of [world, world.odometry(), world.frame(), world.scan()]) expect(stampNs).toBe(before.stampNs + 123_456_789n);
  });

  it("is decided by its seed and its commands", () => {
    const [a, b, other] = [build(3), build(3), build(4)];
    expect(drive(a, 1, 100)).toEqual(drive(b, 1, 100));
    expect(Buffer.compare(a.frame().rgb, b.frame().rgb)).toBe(0);
    expect(a.scan()).toEqual(b.scan());
    expect(other.odomFromBase).not.toEqual(build(3).odomFromBase);
  });

  it("restores a pose exactly: the same commands from there give the same way and pictures", () => {
    const world = build();
    const pose = world.samplePose(seededRandom(2), 0.1);
    const run = () => {
      world.place(pose);
      expect(world.odomFromBase).toEqual(pose);
      const way = drive(world, 5, 60).map(({ odomFromBase, twistInBase }) => [odomFromBase, twistInBase]);
      return { way, picture: Buffer.from(world.frame().rgb).toString("base64") };
    };
    const first = run();
    drive(world, 6, 40);
    expect(run()).toEqual(first);
  });

  it("is free wherever the robot gets to, and counts touches upwards only", () => {
    const world = build();
    let touches = 0;
    for (const { odomFromBase } of drive(world, 9, 1500)) {
      expect(world.isFree(odomFromBase.xM, odomFromBase.yM, 0)).toBe(true);
      expect(world.collisions).toBeGreaterThanOrEqual(touches);
      touches = world.collisions;
    }
  });

  it("stops by itself when commands end", () => {
    const world = build();
    drive(world, 1, 20);
    world.advance(8_000_000_000n);
    const rest = world.odomFromBase;
    world.advance(1_000_000_000n);
    expect(world.odomFromBase.xM).toBeCloseTo(rest.xM, 6);
    expect(world.odomFromBase.yM).toBeCloseTo(rest.yM, 6);
    expect(world.odometry().twistInBase.vxMps).toBeCloseTo(0, 6);
    expect(world.odometry().twistInBase.vyMps).toBeCloseTo(0, 6);
  });

  it("draws whole pictures of the size asked for, one buffer each", () => {
    const world = build();
    for (const size of [32, 64, 96]) {
      const { width, height, rgb } = world.frame(size);
      expect([width, height, rgb.length]).toEqual([size, size, size * size * 3]);
      expect(rgb.byteLength).toBe(rgb.buffer.byteLength);
    }
    expect(world.frame().rgb.buffer).not.toBe(world.frame().rgb.buffer);
    expect(Buffer.compare(world.frameAt(world.odomFromBase).rgb, world.frame().rgb)).toBe(0);
  });

  it("measures ranges within the scanner's, beyond the robot's own body", () => {
    const { rangesM, rangeMaxM, angleIncrementRad } = build().scan();
    expect(rangesM.length * angleIncrementRad).toBeCloseTo(2 * Math.PI, 6);
    for (const range of rangesM) expect(range > 0.05 && (range <= rangeMaxM || range === Number.POSITIVE_INFINITY)).toBe(true);
  });

  it("has a metric of paths: symmetric, no shorter than the straight line, no longer than by way of a third place", () => {
    const world = build();
    const random = seededRandom(8);
    for (let i = 0; i < 300; i++) {
      const [a, b, c] = [world.samplePose(random, 0), world.samplePose(random, 0), world.samplePose(random, 0)];
      const ab = world.shortestPathM(a, b);
      expect(ab).toBeCloseTo(world.shortestPathM(b, a), 9);
      expect(ab).toBeGreaterThanOrEqual(Math.hypot(b.xM - a.xM, b.yM - a.yM) - 1e-9);
      expect(ab).toBeLessThanOrEqual(world.shortestPathM(a, c) + world.shortestPathM(c, b) + 1e-6);
      expect(world.shortestPathM(a, a)).toBe(0);
    }
  });
});
