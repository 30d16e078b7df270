import { describe, expect, test } from "vitest";
import { obstaclePointsOf } from "../../../src/control/obstacle-points.js";
import type { LaserScan, ObstaclePoints } from "../../../src/core/sensors.js";
import { brakingDistance } from "../../../src/guardrails/rules/braking-distance.js";
import { alone, driving, MS, motionOf, NOW_NS, ROOMS_ROBOT, state, twist } from "../guardrails/robot.js";

const ORIGIN = { xM: 0, yM: 0, yawRad: 0 };
const BEAMS = 360;

interface Disc {
  readonly xM: number;
  readonly yM: number;
  readonly radiusM: number;
}

/** What a scanner sees of discs before nothing, or before a wall all around. */
function view(discs: readonly Disc[], stampNs: bigint, wallM = Number.POSITIVE_INFINITY, from = ORIGIN): LaserScan {
  const rangesM = Float32Array.from({ length: BEAMS }, (_, i) => {
    const angle = from.yawRad - Math.PI + (i * 2 * Math.PI) / BEAMS;
    let range = wallM;
    for (const { xM, yM, radiusM } of discs) {
      const along = (xM - from.xM) * Math.cos(angle) + (yM - from.yM) * Math.sin(angle);
      const aside2 = (xM - from.xM) ** 2 + (yM - from.yM) ** 2 - along ** 2;
      if (along > 0 && aside2 < radiusM ** 2) range = Math.min(range, along - Math.sqrt(radiusM ** 2 - aside2));
    }
    return range;
  });
  return { stampNs, angleMinRad: -Math.PI, angleIncrementRad: (2 * Math.PI) / BEAMS, rangeMinM: 0.05, rangeMaxM: 6, rangesM };
}

/** Scans at 10 Hz of discs that move as `at` says. */
function followed(
  at: (t: number) => readonly Disc[],
  scans: number,
  wallM?: number,
  stepMs = 100n,
  from = (_: number) => ORIGIN,
): ObstaclePoints {
  let obstacles: ObstaclePoints | undefined;
  for (let k = 0; k < scans; k++) {
    const t = (k * Number(stepMs)) / 1000;
    obstacles = obstaclePointsOf(view(at(t), NOW_NS + BigInt(k) * stepMs * MS, wallM, from(t)), from(t), ORIGIN, obstacles);
  }
  return obstacles!;
}

/** [vx, vy] of each point that moves. */
function velocities({ moving = new Float32Array() }: ObstaclePoints): number[][] {
  return Array.from({ length: moving.length / 4 }, (_, i) => [...moving.slice(4 * i + 2, 4 * i + 4)]);
}

describe("things that move", () => {
  test("are known after three scans, with their velocity", () => {
    const walker = (t: number) => [{ xM: 2 - 0.8 * t, yM: 0.3, radiusM: 0.2 }];
    expect(velocities(followed(walker, 2))).toEqual([]);
    const found = velocities(followed(walker, 5));
    expect(found.length).toBeGreaterThan(5);
    for (const [vx, vy] of found) {
      expect(vx).toBeCloseTo(-0.8, 0);
      expect(Math.abs(vy!)).toBeLessThan(0.1);
    }
  });

  test.each([
    ["stand", (_: number) => [{ xM: 1, yM: 0.3, radiusM: 0.2 }], undefined],
    ["are wider than a metre", (t: number) => [{ xM: 2 - 0.8 * t, yM: 0, radiusM: 1 }], undefined],
    ["are seen by two beams", (t: number) => [{ xM: 3 - 0.8 * t, yM: 0, radiusM: 0.03 }], undefined],
    ["go faster than can be followed", (t: number) => [{ xM: 5 - 4 * t, yM: 0, radiusM: 0.2 }], undefined],
    [
      "are half behind something",
      (t: number) => [
        { xM: 2 - 0.5 * t, yM: 0.2, radiusM: 0.2 },
        { xM: 0.6, yM: 0, radiusM: 0.05 },
      ],
      undefined,
    ],
    ["touch a wall", (t: number) => [{ xM: 2.05 - 0.05 * t, yM: 0, radiusM: 0.2 }], 2],
  ])("no velocity for things that %s", (_, at, wallM) => {
    expect(velocities(followed(at, 4, wallM))).toEqual([]);
  });

  test("a wall all around does not move, nor does a post, though the robot does", () => {
    const from = (t: number) => ({ xM: 0.5 * t, yM: 0, yawRad: 1.5 * t });
    expect(velocities(followed(() => [{ xM: 1.5, yM: 0.8, radiusM: 0.1 }], 10, undefined, 100n, from))).toEqual([]);
    expect(velocities(followed(() => [], 5, 3))).toEqual([]);
  });

  test("are known behind the robot, across the ends of the scan, if it goes all around", () => {
    const behind = (t: number) => [{ xM: -2 + 0.8 * t, yM: 0, radiusM: 0.2 }];
    const found = velocities(followed(behind, 5));
    expect(found.length).toBeGreaterThan(5);
    for (const [vx] of found) expect(vx).toBeCloseTo(0.8, 0);
    const half = { ...view(behind(0), NOW_NS), angleIncrementRad: Math.PI / BEAMS };
    expect(obstaclePointsOf(half, ORIGIN, ORIGIN).tracks).toEqual([]);
  });

  test("are told apart by where they are", () => {
    const two = (t: number) => [
      { xM: 2 - 0.8 * t, yM: 0.5, radiusM: 0.2 },
      { xM: 1.5, yM: -0.8, radiusM: 0.2 },
    ];
    const { moving = new Float32Array() } = followed(two, 5);
    expect(moving.length).toBeGreaterThan(0);
    for (let i = 0; i < moving.length; i += 4) expect(moving[i + 1]).toBeGreaterThan(0);
  });

  test("are forgotten after a pause, and when time goes back", () => {
    const walker = (t: number) => [{ xM: 2 - 0.8 * t, yM: 0.3, radiusM: 0.2 }];
    const known = followed(walker, 5);
    for (const [t, offMs] of [
      [0.8, 800n],
      [0.4, 400n],
    ] as const) {
      const next = obstaclePointsOf(view(walker(t), NOW_NS + offMs * MS), ORIGIN, ORIGIN, known);
      expect(velocities(next)).toEqual([]);
      expect(next.tracks?.[0]?.steps).toBe(0);
    }
  });

  test("points of which nothing was followed tell nothing", () => {
    const before = { stampNs: NOW_NS, pointsM: new Float32Array() };
    const next = obstaclePointsOf(view([{ xM: 1, yM: 0, radiusM: 0.2 }], NOW_NS + 100n * MS), ORIGIN, ORIGIN, before);
    expect(next.tracks).toEqual([expect.objectContaining({ steps: 0, vxMps: 0, vyMps: 0 })]);
  });

  test("a beam that measured nothing makes no end of a thing", () => {
    const seen = view([{ xM: 1, yM: 0, radiusM: 0.2 }], NOW_NS);
    const holed = { ...seen, rangesM: seen.rangesM.map((range, i) => (i === 165 ? Number.NaN : range)) };
    expect(obstaclePointsOf(seen, ORIGIN, ORIGIN).tracks).toHaveLength(1);
    expect(obstaclePointsOf(holed, ORIGIN, ORIGIN).tracks?.length).toBeLessThanOrEqual(1);
  });
});

describe("what is followed", () => {
  /** Beams 0.01 rad apart, the middle one straight ahead; it is the scanner that moves, so that things seem to, exactly as much. */
  const seen = (rangesM: readonly number[], ms: number, angleIncrementRad = 0.01): LaserScan => ({
    stampNs: NOW_NS + BigInt(ms) * MS,
    angleMinRad: (-angleIncrementRad * (rangesM.length - 1)) / 2,
    angleIncrementRad,
    rangeMinM: 0.05,
    rangeMaxM: 6,
    rangesM: Float32Array.from(rangesM),
  });
  const THING = [5, 5, 2, 2, 2, 5, 5];
  const tracksOf = (...rangesM: number[]) => obstaclePointsOf(seen(rangesM, 0), ORIGIN, ORIGIN).tracks!;
  /** The scanner at these places along y, a scan each `stepMs`. */
  function at(placesM: readonly number[], stepMs = 100, rangesM: readonly number[] = THING): ObstaclePoints {
    let before: ObstaclePoints | undefined;
    for (const [k, yM] of placesM.entries()) before = obstaclePointsOf(seen(rangesM, k * stepMs), { xM: 0, yM, yawRad: 0 }, ORIGIN, before);
    return before!;
  }

  test("is a thing by the middle of its points", () => {
    const [track, ...others] = tracksOf(...THING);
    expect(others).toEqual([]);
    expect(track).toEqual({
      xM: expect.closeTo((2 * (1 + 2 * Math.cos(0.01))) / 3, 6),
      yM: expect.closeTo(0, 6),
      vxMps: 0,
      vyMps: 0,
      steps: 0,
    });
    // Not in the middle of the view: 0.02 rad and more to the left.
    const [aside] = tracksOf(5, 5, 5, 5, 2, 2, 2, 5);
    expect(aside!.yM).toBeCloseTo((2 * (Math.sin(0.005) + Math.sin(0.015) + Math.sin(0.025))) / 3, 6);
  });

  test("stands free: nothing nearer at either end, and both ends seen", () => {
    expect(tracksOf(5, 2, 2, 2, 5)).toHaveLength(1);
    expect(tracksOf(1, 2, 2, 2, 5)).toHaveLength(0);
    expect(tracksOf(5, 2, 2, 2, 1)).toHaveLength(0);
    expect(tracksOf(2, 2, 2, 5)).toHaveLength(0);
    expect(tracksOf(5, 2, 2, 2)).toHaveLength(0);
    expect(tracksOf(Number.POSITIVE_INFINITY, 2, 2, 2, Number.POSITIVE_INFINITY)).toHaveLength(1);
    expect(tracksOf(Number.NaN, 2, 2, 2, 5)).toHaveLength(0);
    expect(tracksOf(5, 2, 2, 2, Number.NaN)).toHaveLength(0);
    expect(tracksOf(5, 2, 2, 2, 5, 5, 3, 3, 3, 3, 5)).toHaveLength(2);
  });

  test("has three beams at least, and nothing that is more than 12 cm and two steps of beams behind another", () => {
    expect(tracksOf(5, 2, 2, 5)).toHaveLength(0);
    // 0.12 m and 2 × 2 m × 0.01 rad.
    expect(tracksOf(5, 2, 2, 2, 2.155, 2.155, 2.155, 5)[0]!.xM).toBeGreaterThan(2.05);
    expect(tracksOf(5, 2, 2, 2, 2.165, 2.165, 2.165, 5).map(({ xM }) => xM)).toEqual([expect.closeTo(2, 3)]);
  });

  test("is a metre wide at most", () => {
    // Chords of 2 m · 2 sin(angle / 2).
    const wide = (beams: number) => [5, ...Array.from({ length: beams }, () => 2), 5];
    expect(tracksOf(...wide(51))).toHaveLength(1);
    expect(tracksOf(...wide(52))).toHaveLength(0);
  });

  test("has the mean of its velocities, over four steps at most", () => {
    expect(at([0, 0.1]).tracks![0]).toMatchObject({ steps: 1, vyMps: expect.closeTo(1, 5), vxMps: expect.closeTo(0, 5) });
    expect(at([0, 0.1, 0.25]).tracks![0]).toMatchObject({ steps: 2, vyMps: expect.closeTo(1.25, 5) });
    expect(at([0, 0.1, 0.25, 0.41]).tracks![0]).toMatchObject({ steps: 3, vyMps: expect.closeTo(4.1 / 3, 5) });
    expect(at([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7]).tracks![0]).toMatchObject({ steps: 4, vyMps: expect.closeTo(1.25, 5) });
  });

  test("counts as moving after two steps, each of its points, with the velocity", () => {
    expect(at([0, 0.1]).moving).toHaveLength(0);
    const { moving, pointsM } = at([0, 0.1, 0.2]);
    expect([...moving!]).toEqual(
      [2, 3, 4].flatMap((k) => [pointsM[2 * k], pointsM[2 * k + 1], expect.closeTo(0, 5), expect.closeTo(1, 5)]),
    );
  });

  test("moves when it is faster than 0.4 m/s, and than noise and the beams let it seem", () => {
    const steady = (speedMps: number, stepMs: number, steps = 4) =>
      at(
        Array.from({ length: steps + 1 }, (_, k) => (k * speedMps * stepMs) / 1000),
        stepMs,
      ).moving!.length > 0;
    expect(steady(0.39, 100)).toBe(false);
    expect(steady(0.41, 100)).toBe(true);
    // (0.03 m + 2 m × 0.01 rad) in two steps of 0.05 s: 0.5 m/s.
    expect(steady(0.49, 50, 2)).toBe(false);
    expect(steady(0.51, 50, 2)).toBe(true);
  });

  test("is another thing when it would have had to go at more than 2.5 m/s, or after more than 0.35 s", () => {
    const second = (movedM: number, stepMs: number) => at([0, movedM], stepMs).tracks![0]!.steps;
    expect([second(0.249, 100), second(0.251, 100)]).toEqual([1, 0]);
    expect([second(0.1, 350), second(0.1, 351), second(0.1, -100)]).toEqual([1, 0, 0]);
  });

  test("is looked for where it would be by now", () => {
    // At 2 m/s it is 0.2 m further on; another 0.25 m from there is as far as it could have got.
    expect(at([0, 0.2, 0.64]).tracks![0]!.steps).toBe(2);
    expect(at([0, 0.2, 0.66]).tracks![0]!.steps).toBe(0);
  });

  test("lies across the ends of a scan that closes its circle", () => {
    const round = (beams: number, increment: number) =>
      obstaclePointsOf(seen([2, 2, ...Array.from({ length: beams - 4 }, () => 5), 2, 2], 0, increment), ORIGIN, ORIGIN).tracks!;
    const [track, ...others] = round(100, (2 * Math.PI) / 100);
    expect(others).toEqual([]);
    expect(track).toMatchObject({ xM: expect.closeTo(-1.98, 1), yM: expect.closeTo(0, 5) });
    expect(round(100, (2 * Math.PI) / 110)).toEqual([]);
    // The other way round is a circle as well.
    expect(round(100, (-2 * Math.PI) / 100)).toHaveLength(1);
  });
});

describe("braking distance before things that move", () => {
  const rule = alone(brakingDistance, ROOMS_ROBOT);
  const free = view([], NOW_NS);
  const sees = (vxMps: number, vyMps: number, at: readonly [number, number]): ObstaclePoints => ({
    stampNs: NOW_NS,
    pointsM: Float32Array.from(at),
    moving: Float32Array.of(...at, vxMps, vyMps),
  });
  /** At 0.6 m/s straight on: 0.23 m to rest in about 0.7 s. */
  const now = (obstacles: ObstaclePoints) => driving(0.6, 0, { scan: free, obstacles });

  test("one that comes is given its way as well", () => {
    expect(rule.check(twist(0.6), now(sees(0, 0, [0.8, 0])))).toBeUndefined();
    expect(rule.check(twist(0.6), now(sees(-0.8, 0, [0.8, 0])))?.violation).toMatchObject({ id: "braking-distance" });
    expect(rule.check(twist(0.6), now(sees(0.8, 0, [0.8, 0])))).toBeUndefined();
  });

  test("one that crosses is met where it will be", () => {
    expect(rule.check(twist(0.6), now(sees(0, 0, [0.25, 0.5])))).toBeUndefined();
    expect(rule.check(twist(0.6), now(sees(0, -0.8, [0.25, 0.5])))).toBeDefined();
    expect(rule.check(twist(0.6), now(sees(0, 0.8, [0.25, 0.5])))).toBeUndefined();
  });

  test("one that crosses is where it is at that moment, not a step earlier or later", () => {
    // After the delay and 0.1 s, 0.12 s in all, it is on the line, and the robot at 0.072 m; by then it may be 0.012 m nearer than measured.
    expect(rule.check(twist(0.6), now(sees(0, -2.5, [0.03, 0.3])))!.violation.value).toBeCloseTo(0.042 - 0.012, 2.5);
  });

  test("who goes away is compared with who stands there for as long", () => {
    const comes = { ...state(), scan: free, obstacles: sees(-0.8, 0, [0.35, 0]) };
    expect(rule.check(twist(-0.3), comes)).toBeUndefined();
  });

  test("who stands may stand, turn, and go away from what comes", () => {
    const comes = { ...state(), scan: free, obstacles: sees(-0.8, 0, [0.3, 0]) };
    expect(rule.check(twist(0), comes)).toBeUndefined();
    expect(rule.check(twist(0, 1), comes)).toBeUndefined();
    expect(rule.check(twist(-0.3), comes)).toBeUndefined();
    expect(rule.check(twist(0.3), comes)?.allowed).toEqual(twist(0));
  });

  test("planning sees it come, at the time when it comes", () => {
    const straight = Array.from({ length: 20 }, (_, t) => [0.03 * (t + 1), 0, 0, 0.6, 0, 0]);
    const margin = (vxMps: number, vyMps: number, at: readonly [number, number]) =>
      rule.margin!(motionOf([straight]), sees(vxMps, vyMps, at))[0]!;
    expect(margin(0, 0, [1.6, 0])).toBeCloseTo(-1, 5);
    expect(margin(-0.8, 0, [1.6, 0])).toBeGreaterThan(0);
    expect(margin(0, -1, [0.6, 0.8])).toBeGreaterThan(0);
    expect(margin(0, 1, [0.6, 0.8])).toBeCloseTo(-1, 5);
    // In a second it has long passed.
    expect(margin(0, -3, [0.8, 0.6])).toBeCloseTo(-1, 5);
  });
});
