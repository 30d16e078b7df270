import { describe, expect, test } from "vitest";
import { SeenSpace } from "../../../src/control/seen-space.js";
import { BLIND, type LaserScan, MEASURED, UNMEASURED } from "../../../src/core/sensors.js";
import { MS, ROOMS_ROBOT, scan } from "../guardrails/robot.js";

const HERE = { xM: 0, yM: 0, yawRad: 0 };
/** Of the sectors from straight behind, the first to the left of straight ahead. */
const AHEAD = 18;

/** What a scan at a time says where beams look within ±15° of ahead; everywhere else a wall at 2 m. */
function view(ms: number, aheadM: number): LaserScan {
  const all = scan(undefined, BigInt(ms) * MS);
  const beam = (i: number) => -Math.PI + i * all.angleIncrementRad;
  return { ...all, rangesM: all.rangesM.map((_, i) => (Math.abs(beam(i)) <= Math.PI / 12 ? aheadM : 2)) };
}

describe("the space that beams have looked through", () => {
  test("is known where they stop measuring, for 10 s", () => {
    const seen = new SeenSpace(ROOMS_ROBOT);
    expect(seen.advance(view(0, 2), HERE)[AHEAD]).toBe(MEASURED);
    expect(seen.advance(view(9900, Number.NaN), HERE)[AHEAD]).toBe(UNMEASURED);
    expect(seen.advance(view(10_200, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
  });

  test("is not where nothing ever came back from, wherever the same beams looked before: a black thing", () => {
    const seen = new SeenSpace(ROOMS_ROBOT);
    for (let k = 0; k < 20; k++) seen.advance(view(100 * k, 2), { ...HERE, yawRad: Math.PI });
    expect(seen.advance(view(2000, Number.NaN), { ...HERE, yawRad: Math.PI })[AHEAD]).toBe(UNMEASURED);
    const black = new SeenSpace(ROOMS_ROBOT);
    expect(black.advance(view(0, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
    // Turned towards it, every beam has measured by then; there, none did.
    const turned = { ...view(100, 2), rangesM: view(100, 2).rangesM.map((r, i) => (i >= 25 && i <= 35 ? Number.NaN : r)) };
    expect(black.advance(turned, { ...HERE, yawRad: Math.PI / 2 })[AHEAD]).toBe(MEASURED);
    expect(black.advance(view(200, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
  });

  test("ends before what was hit, and as far as the robot looks", () => {
    const wall = new SeenSpace(ROOMS_ROBOT);
    wall.advance(view(0, 0.4), HERE);
    expect(wall.advance(view(100, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
    const free = new SeenSpace(ROOMS_ROBOT);
    free.advance(view(0, 2), HERE);
    expect(free.advance(view(100, Number.NaN), { ...HERE, xM: 0.1 })[AHEAD]).toBe(UNMEASURED);
    expect(free.advance(view(200, Number.NaN), { ...HERE, xM: 0.8 })[AHEAD]).toBe(BLIND);
  });

  test("is of one place: as far away as its cells repeat, nothing is known; and nothing after it was forgotten", () => {
    const seen = new SeenSpace(ROOMS_ROBOT);
    seen.advance(view(0, 2), HERE);
    expect(seen.advance(view(100, Number.NaN), { ...HERE, xM: 6.4 })[AHEAD]).toBe(BLIND);
    seen.advance(view(200, 2), HERE);
    seen.forget();
    expect(seen.advance(view(300, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
    expect(new SeenSpace(ROOMS_ROBOT).advance(view(0, Number.NaN), HERE)[AHEAD]).toBe(BLIND);
  });
});
