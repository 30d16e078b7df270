import { describe, expect, it } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { seededRandom } from "../../../../src/math/random.js";
import { TOUR } from "../../../../src/worlds/tour/definition.js";

describe("TOUR", () => {
  it("is explored in all of the flat, in every direction, within the body's limits", () => {
    const cells = new Set<string>();
    const headings = new Set<number>();
    for (let seed = 200_000; seed < 200_015; seed++) {
      const world = TOUR.create({ seed });
      const explorer = TOUR.explorer(world, seededRandom(seed).fork("explore"));
      for (let tick = 0; tick < 600; tick++) {
        const command = explorer.next() as TwistCommand;
        expect(command.vxMps >= -0.3 && command.vxMps <= 0.6 && Math.abs(command.yawRateRps) <= 2).toBe(true);
        world.command(command);
        world.advance(50_000_000n);
        const { xM, yM, yawRad } = world.odomFromBase;
        cells.add(`${Math.floor(xM)} ${Math.floor(yM + 0.5)}`);
        headings.add(Math.floor((yawRad / Math.PI) * 6));
      }
    }
    // Of six by five square metres, and of twelve directions.
    expect(cells.size).toBeGreaterThanOrEqual(24);
    expect(headings.size).toBe(12);
  });
});
