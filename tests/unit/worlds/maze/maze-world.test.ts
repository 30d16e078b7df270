import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import { type Driver, episodeOf, runEpisode } from "../../../../src/evaluation/episode.js";
import { NO_TICKS } from "../../../../src/evaluation/gate-tally.js";
import { enforceCeilings } from "../../../../src/guardrails/ceilings.js";
import { seededRandom } from "../../../../src/math/random.js";
import { distanceToSurfaceM, isDiscFree, type Point } from "../../../../src/worlds/floor/plan.js";
import { shortestPath } from "../../../../src/worlds/floor/shortest-path.js";
import { MAZE_MEDIUM, MAZE_U } from "../../../../src/worlds/maze/definition.js";
import { CELL_M, LAYOUTS, MAZE_BODY, MazeWorld, mazePlan } from "../../../../src/worlds/maze/maze-world.js";

const TICK_NS = 50_000_000n;
const R = MAZE_BODY.radiusM;

describe.each(["u", "medium"] as const)("mazePlan %s", (layout) => {
  const plan = mazePlan(layout);
  const rows = LAYOUTS[layout];
  const cells = rows.flatMap((row, r) =>
    [...row].map((cell, c) => ({
      cell,
      xM: (c + 0.5 - rows.length / 2) * CELL_M,
      yM: (rows.length / 2 - r - 0.5) * CELL_M,
    })),
  );

  it("is free in the middle of every free cell, and in no other", () => {
    for (const { cell, xM, yM } of cells) expect(isDiscFree(plan, xM, yM, 0.249)).toBe(cell === ".");
  });

  it("has walls that do not overlap and together cover the wall cells inside the border", () => {
    const area = plan.walls.reduce((sum, w) => sum + (w.maxXM - w.minXM) * (w.maxYM - w.minYM), 0);
    const inside = rows.slice(1, -1).flatMap((row) => [...row.slice(1, -1)]);
    expect(area).toBeCloseTo(inside.filter((cell) => cell === "#").length * CELL_M ** 2, 9);
  });

  it("has a shortest path from everywhere to everywhere: free, of its own length, the same both ways", () => {
    const half = ((rows.length - 2) * CELL_M) / 2;
    const coordinate = fc.integer({ min: -1000 * half, max: 1000 * half }).map((n) => n / 1000);
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x0, y0, x1, y1) => {
        fc.pre(isDiscFree(plan, x0, y0, R) && isDiscFree(plan, x1, y1, R));
        const path = shortestPath(plan, { xM: x0, yM: y0 }, { xM: x1, yM: y1 }, R)!;
        let walked = 0;
        path.points.forEach((b, i) => {
          const a = path.points[Math.max(0, i - 1)]!;
          walked += Math.hypot(b.xM - a.xM, b.yM - a.yM);
          for (let s = 0; s <= 10; s++)
            expect(distanceToSurfaceM(plan, a.xM + ((b.xM - a.xM) * s) / 10, a.yM + ((b.yM - a.yM) * s) / 10)).toBeGreaterThan(R - 0.0002);
        });
        expect(walked).toBeLessThanOrEqual(path.lengthM + 1e-9);
        expect(walked).toBeGreaterThan(path.lengthM - 0.003);
        expect(shortestPath(plan, { xM: x1, yM: y1 }, { xM: x0, yM: y0 }, R)!.lengthM).toBeCloseTo(path.lengthM, 9);
      }),
      { numRuns: 300 },
    );
  });

  it("has shortest paths no longer than those on a grid, and hardly shorter", () => {
    const stepM = CELL_M / 10;
    const n = Math.round(((rows.length - 2) * CELL_M) / stepM) - 1;
    const place = (i: number): Point => ({
      xM: ((i % n) + 1) * stepM - ((rows.length - 2) * CELL_M) / 2,
      yM: (Math.floor(i / n) + 1) * stepM - ((rows.length - 2) * CELL_M) / 2,
    });
    const free = Array.from({ length: n * n }, (_, i) => isDiscFree(plan, place(i).xM, place(i).yM, R));
    const random = seededRandom(3);
    for (let trial = 0; trial < 6; trial++) {
      const [from, to] = [drawFree(free, () => random.uniform()), drawFree(free, () => random.uniform())] as const;
      const exact = shortestPath(plan, place(from), place(to), R)!.lengthM;
      const grid = gridLengthM(free, n, stepM, from, to);
      expect(exact).toBeLessThanOrEqual(grid + 1e-9);
      // Ways of eight directions are longer by 8.3 % at most, and a grid keeps up to a step away from corners.
      expect(exact).toBeGreaterThan(grid / 1.09 - 4 * stepM);
    }
  });
});

function drawFree(free: readonly boolean[], uniform: () => number): number {
  for (;;) {
    const i = Math.floor(uniform() * free.length);
    if (free[i]) return i;
  }
}

/** Dijkstra over eight neighbours; the diagonal only where both of the cells beside it are free. */
function gridLengthM(free: readonly boolean[], n: number, stepM: number, from: number, to: number): number {
  const distance = new Array<number>(free.length).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  const open = new Set([from]);
  while (open.size > 0) {
    const at = [...open].reduce((a, b) => (distance[a]! < distance[b]! ? a : b));
    if (at === to) break;
    open.delete(at);
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1]) {
        const [x, y] = [(at % n) + dx, Math.floor(at / n) + dy];
        if (x < 0 || y < 0 || x >= n || y >= n) continue;
        const next = y * n + x;
        if (!free[next] || !free[at + dx] || !free[at + dy * n]) continue;
        const length = distance[at]! + Math.hypot(dx, dy) * stepM;
        if (length < distance[next]!) {
          distance[next] = length;
          open.add(next);
        }
      }
  }
  return distance[to]!;
}

describe("MazeWorld", () => {
  it("is driven as a mass by a force against friction: v' = (u - v) / τ, also when the force turns about", () => {
    const world = new MazeWorld("u", { seed: 1 });
    world.place({ xM: -0.5, yM: 0.5, yawRad: 0 });
    const tau = MAZE_BODY.response.timeConstantS;
    let expected = 0;
    for (const u of [0.45, 0.45, 0.45, -0.45, -0.45, 0]) {
      world.command({ kind: "twist", vxMps: u, vyMps: 0, yawRateRps: 0 });
      world.advance(TICK_NS);
      expected = u + (expected - u) * Math.exp(-0.05 / tau);
      expect(world.odometry().twistInBase.vxMps).toBeCloseTo(expected, 9);
    }
  });

  it("rolls on when it is let go: v · τ", () => {
    const world = new MazeWorld("u", { seed: 1 });
    world.place({ xM: -0.5, yM: 0.5, yawRad: 0 });
    for (let i = 0; i < 10; i++) {
      world.command({ kind: "twist", vxMps: 0.3, vyMps: 0, yawRateRps: 0 });
      world.advance(TICK_NS);
    }
    const from = world.odomFromBase.xM;
    const speed = world.odometry().twistInBase.vxMps;
    world.command({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 });
    world.advance(400_000_000n);
    world.command({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 });
    world.advance(6_000_000_000n);
    expect(world.odomFromBase.xM - from).toBeCloseTo(speed * MAZE_BODY.response.timeConstantS, 3);
  });

  it("never gets into a wall, and slides along walls that lie flush", () => {
    const world = new MazeWorld("medium", { seed: 2 });
    const random = seededRandom(4);
    for (let i = 0; i < 4000; i++) {
      if (i % 20 === 0) {
        const angle = 2 * Math.PI * random.uniform();
        world.command({ kind: "twist", vxMps: Math.cos(angle), vyMps: Math.sin(angle), yawRateRps: 0 });
      }
      world.advance(TICK_NS / 2n);
      const { xM, yM } = world.odomFromBase;
      expect(world.isFree(xM, yM, 0)).toBe(true);
    }
  });

  it("is the same for the same seed, and starts elsewhere for another", () => {
    expect(new MazeWorld("medium", { seed: 5 }).odomFromBase).toEqual(new MazeWorld("medium", { seed: 5 }).odomFromBase);
    expect(new MazeWorld("medium", { seed: 5 }).odomFromBase).not.toEqual(new MazeWorld("medium", { seed: 6 }).odomFromBase);
  });
});

describe.each([MAZE_U, MAZE_MEDIUM])("episodes of a maze of $camera.viewM m", (definition) => {
  const rules = { ...definition.rules, controlPeriodS: definition.controlPeriodS };

  it("succeed within half a cell of the goal", async () => {
    const world = definition.create({ seed: 1001 });
    const episode = episodeOf(world, 1001, rules);
    const endsOff = async (offM: number) => {
      // To some side there is room enough.
      const place = [0, 1, 2, 3, 4, 5, 6, 7]
        .map((k) => ({
          ...episode.goal,
          xM: episode.goal.xM + offM * Math.cos((k * Math.PI) / 4),
          yM: episode.goal.yM + offM * Math.sin((k * Math.PI) / 4),
        }))
        .find(({ xM, yM }) => world.isFree(xM, yM, 0))!;
      const driver: Driver = {
        planMs: [],
        iterations: [],
        gate: NO_TICKS,
        claimsArrival: true,
        async step() {
          world.place(place);
        },
      };
      return (await runEpisode(world, episode, driver, true, { ...rules, timeLimitS: 1 })).success;
    };
    expect(await endsOff(0.49 * CELL_M)).toBe(true);
    expect(await endsOff(0.51 * CELL_M)).toBe(false);
  });

  it("are explored all over", () => {
    const rows: readonly string[] = definition === MAZE_U ? LAYOUTS.u : LAYOUTS.medium;
    const cellOf = (m: number) => Math.floor(m / CELL_M + rows.length / 2);
    const visited = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      const world = definition.create({ seed });
      const explorer = definition.explorer(world, seededRandom(seed));
      for (let i = 0; i < 2400; i++) {
        world.command(explorer.next());
        world.advance(TICK_NS);
        const { xM, yM } = world.odomFromBase;
        visited.add(`${cellOf(xM)} ${cellOf(yM)}`);
      }
    }
    expect(visited.size).toBe(rows.join("").replaceAll("#", "").length);
  });
});

describe("calibration/maze/robot.yaml", () => {
  it("is allowed, and says what the world's body is", () => {
    const robot = readRobotFile("calibration/maze/robot.yaml");
    expect(() => enforceCeilings(robot)).not.toThrow();
    const { limits, response, footprint } = robot;
    expect(robot.drive).toBe("omnidirectional");
    expect([footprint.radiusM, limits.forwardMps, limits.reverseMps, limits.sidewaysMps, response.timeConstantS]).toEqual([
      MAZE_BODY.radiusM,
      MAZE_BODY.maxForwardMps,
      MAZE_BODY.maxReverseMps,
      MAZE_BODY.maxSidewaysMps,
      MAZE_BODY.response.timeConstantS,
    ]);
    expect([limits.accelerationMps2, limits.decelerationMps2]).toEqual([
      MAZE_BODY.response.maxAccelerationMps2,
      MAZE_BODY.response.maxDecelerationMps2,
    ]);
  });
});
