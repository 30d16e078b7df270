import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { flatOf } from "../../../../src/worlds/tour/flat.js";
import { TourWorld } from "../../../../src/worlds/tour/tour-world.js";

describe("flatOf", () => {
  it("is one flat a seed, with something in every room and nothing in the way of a door", () => {
    expect(flatOf(3)).toEqual(flatOf(3));
    expect(flatOf(3)).not.toEqual(flatOf(4));
    for (let seed = 0; seed < 50; seed++) {
      const { walls } = flatOf(seed);
      const standing = walls.slice(7);
      expect(standing.length).toBeGreaterThanOrEqual(4);
      walls.forEach((a, i) => {
        for (const b of walls.slice(i + 1)) {
          const dx = Math.max(a.minXM - b.maxXM, b.minXM - a.maxXM);
          const dy = Math.max(a.minYM - b.maxYM, b.minYM - a.maxYM);
          // Walls may touch; what stands in a room keeps the aisle.
          expect(Math.max(dx, dy)).toBeGreaterThanOrEqual(-1e-12);
          if (standing.includes(a) || standing.includes(b))
            expect(Math.hypot(Math.max(dx, 0), Math.max(dy, 0))).toBeGreaterThanOrEqual(0.65 - 1e-9);
        }
      });
    }
  });

  it("lets the robot get from anywhere to anywhere", () => {
    for (let flatSeed = 0; flatSeed < 8; flatSeed++) {
      const world = new TourWorld({ seed: 1, flatSeed });
      const random = seededRandom(flatSeed);
      for (let i = 0; i < 20; i++) {
        expect(world.shortestPathM(world.samplePose(random, 0.1), world.samplePose(random, 0.1))).toBeLessThan(12);
      }
    }
  });
});

describe("TourWorld", () => {
  it("is the same flat for every seed, unless another is asked for", () => {
    const pose = { xM: -1, yM: -2, yawRad: 0.5 };
    const picture = (world: TourWorld) => Buffer.from(world.frameAt(pose).rgb).toString("base64");
    const [a, b, other] = [new TourWorld({ seed: 1 }), new TourWorld({ seed: 2 }), new TourWorld({ seed: 1, flatSeed: 2 })];
    expect(picture(a)).toBe(picture(b));
    expect(picture(other)).not.toBe(picture(a));
    expect(a.odomFromBase).not.toEqual(b.odomFromBase);
  });
});
