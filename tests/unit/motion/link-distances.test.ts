import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { LinkDistances, segmentToBox, segmentToSegment } from "../../../src/motion/link-distances.js";

const coordinate = fc.double({ min: -2, max: 2, noNaN: true });
const six = fc.tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate);
const RUNS = { numRuns: Number(process.env.REHEARSE_RUNS ?? 300), endOnFailure: true };
const lerp = (e: readonly number[], i: number, s: number) => [0, 1, 2].map((k) => e[i + k]! + s * (e[i + 3 + k]! - e[i + k]!));
const N = 60;

describe("distances", () => {
  test("between segments: not above any pair of points of theirs, and not far below the nearest", () => {
    fc.assert(
      fc.property(six, six, (a, b) => {
        const e = [...a, ...b];
        const found = segmentToSegment(e, 0, 6);
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i <= N; i++) {
          const p = lerp(e, 0, i / N);
          for (let j = 0; j <= N; j++) {
            const q = lerp(e, 6, j / N);
            least = Math.min(least, Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!));
          }
        }
        expect(found).toBeLessThanOrEqual(least + 1e-4);
        expect(found).toBeGreaterThanOrEqual(least - 7 / N);
        expect(segmentToSegment([...b, ...a], 0, 6)).toBeCloseTo(found, 6);
      }),
      RUNS,
    );
  });

  test.each([
    ["crossing", [0, 0, 0, 1, 0, 0, 0.5, -1, 0.3, 0.5, 1, 0.3], 0.3],
    ["parallel, side by side", [0, 0, 0, 1, 0, 0, 0, 0.4, 0, 1, 0.4, 0], 0.4],
    ["parallel, one behind the other", [0, 0, 0, 1, 0, 0, 1.5, 0, 0, 2, 0, 0], 0.5],
    ["points", [0, 0, 0, 0, 0, 0, 3, 4, 0, 3, 4, 0], 5],
    ["a point and a segment", [0, 0, 0, 0, 0, 0, -1, 2, 0, 1, 2, 0], 2],
  ])("of segments %s", (_, e, expected) => {
    expect(segmentToSegment(e, 0, 6)).toBeCloseTo(expected, 9);
  });

  test("from a segment to a box: as a dense sampling says", () => {
    fc.assert(
      fc.property(six, (e) => {
        const [min, max] = [
          [-0.5, -0.3, -1],
          [0.2, 0.4, 0.6],
        ] as const;
        const found = segmentToBox(e, 0, min, max);
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i <= 400; i++) {
          const p = lerp(e, 0, i / 400);
          least = Math.min(least, Math.hypot(...p.map((x, k) => Math.max(min[k]! - x, 0, x - max[k]!))));
        }
        expect(found).toBeLessThanOrEqual(least + 1e-3);
        // What is far away is known by a lower bound.
        expect(found).toBeGreaterThanOrEqual(Math.min(0.3, least - 7 / 400));
      }),
      RUNS,
    );
  });
});

describe("an arm by its URDF", () => {
  const robot = readRobotFile("calibration/arm-urdf/robot.yaml");
  const links = robot.links!;
  const distances = new LinkDistances(links, 3);
  const [table, rail] = [links.keepOutBoxesM[0]!, links.keepOutBoxesM[1]!];

  test("stretched upward, its tool is as high as its links are long", () => {
    // Moving capsules: upper arm, forearm, tool; the forearm's box has a diagonal of 0.05·√2.
    expect(links.capsules.map(({ link }) => link)).toEqual(["base_link", "upper_arm", "forearm", "tool"]);
    const [upperM, forearmM, toolM] = distances.measure([0, 0, 0]);
    expect(upperM).toBeCloseTo(0.22 - table.max[2] - 0.04, 3);
    expect(forearmM).toBeGreaterThan(0.3 - 0.025 * Math.SQRT2);
    expect(toolM).toBeCloseTo(0.22 + 0.3 + 0.25 + 0.03 - table.max[2] - 0.03, 6);
  });

  test("bent forward, it reaches the rail; turned away by its first joint, it does not", () => {
    const ahead = [...distances.measure([0, Math.PI / 2, 0])];
    // The upper arm lies 0.22 m above the base link's origin and ends at 0.3 m; the rail begins at 0.35 m.
    expect(ahead[3]).toBeCloseTo(rail.min[0] - 0.3 - 0.04, 4);
    expect(ahead[4]).toBeLessThan(0);
    const behind = [...distances.measure([Math.PI, Math.PI / 2, 0])];
    expect(behind[5]).toBeGreaterThan(0.25);
  });

  test("no point moves farther than its reach says, whatever joint turns by how much", () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(angle, angle, angle),
        fc.integer({ min: 0, max: 2 }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (q, joint, by) => {
          const before = [...distances.measure(q)];
          const turned = q.map((rad, i) => (i === joint ? rad + by : rad));
          const after = distances.measure(turned);
          const moved = Math.abs(by) * distances.reachM[joint]!;
          for (const [i, distanceM] of before.entries())
            expect(Math.abs(after[i]! - distanceM)).toBeLessThanOrEqual((i < distances.boxCount ? 1 : 2) * moved + 1e-4);
        },
      ),
      RUNS,
    );
  });
});
