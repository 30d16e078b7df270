import type { Pose2 } from "../../core/body.js";
import type { Polygon } from "../../core/robot-description.js";
import { ConvexPolygons } from "../../math/convex-polygons.js";
import type { DriveState } from "../../motion/differential-drive.js";
import type { Touching } from "./contact.js";
import { type Box, type FloorPlan, pointToBoxM } from "./plan.js";

const SEPARATION_M = 0.001;
/** Pushed off one surface it may be pushed into the next: in a corner it takes a few rounds. */
const ROUNDS = 4;

/** How far apart two things are, negative by how much they overlap, and the direction in which the body gets away soonest. */
interface Gap {
  readonly gapM: number;
  readonly normalX: number;
  readonly normalY: number;
}

/**
 * A body of convex polygons against walls and border: as a disc does, it is pushed out of what it would overlap, loses its speed into it, and
 * counts one touch per surface from when contact begins until it has left.
 */
export class PolygonContact implements Touching {
  count = 0;
  private readonly touching: boolean[];
  private readonly polygons: readonly ConvexPolygons[];

  constructor(
    private readonly plan: FloorPlan,
    polygonsM: readonly Polygon[],
    private readonly sideways = false,
  ) {
    this.touching = new Array<boolean>(4 + plan.walls.length).fill(false);
    this.polygons = polygonsM.map((polygon) => new ConvexPolygons([polygon]));
  }

  release(): void {
    this.touching.fill(false);
  }

  /** Distance from the nearest surface, negative by how much they overlap. */
  clearanceM(pose: Pose2): number {
    return Math.min(...this.gaps(pose).map(({ gapM }) => gapM));
  }

  resolve(state: DriveState): DriveState {
    let { pose, twist } = state;
    const met = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const gaps = this.gaps(pose);
      const deepest = gaps.reduce((worst, { gapM }, i) => (gapM < gaps[worst]!.gapM ? i : worst), 0);
      for (const [i, { gapM }] of gaps.entries()) if (gapM < 0) met.add(i);
      const { gapM, normalX, normalY } = gaps[deepest]!;
      if (gapM >= 0) break;
      pose = { ...pose, xM: pose.xM - gapM * normalX, yM: pose.yM - gapM * normalY };
      const [cos, sin] = [Math.cos(pose.yawRad), Math.sin(pose.yawRad)];
      const ahead = cos * normalX + sin * normalY;
      const aside = this.sideways ? cos * normalY - sin * normalX : 0;
      const into = Math.min(0, twist.vxMps * ahead + twist.vyMps * aside);
      twist = { ...twist, vxMps: twist.vxMps - into * ahead, vyMps: twist.vyMps - into * aside };
    }
    const after = this.gaps(pose);
    for (let i = 0; i < after.length; i++) {
      if (met.has(i) && !this.touching[i]) this.count++;
      this.touching[i] = met.has(i) || (this.touching[i]! && after[i]!.gapM <= SEPARATION_M);
    }
    return met.size === 0 ? state : { pose, twist };
  }

  /** From each surface, in the order of `touching`: sides of the arena (-x, +x, -y, +y), then the walls. */
  private gaps({ xM, yM, yawRad }: Pose2): Gap[] {
    const { arena, walls } = this.plan;
    const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
    const placed = this.polygons.map(({ vertices }) =>
      Array.from({ length: vertices.length / 2 }, (_, i): [number, number] => {
        const [x, y] = [vertices[2 * i]!, vertices[2 * i + 1]!];
        return [xM + x * cos - y * sin, yM + x * sin + y * cos];
      }),
    );
    const corners = placed.flat();
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    return [
      { gapM: Math.min(...xs) - arena.minXM, normalX: 1, normalY: 0 },
      { gapM: arena.maxXM - Math.max(...xs), normalX: -1, normalY: 0 },
      { gapM: Math.min(...ys) - arena.minYM, normalX: 0, normalY: 1 },
      { gapM: arena.maxYM - Math.max(...ys), normalX: 0, normalY: -1 },
      ...walls.map((wall) =>
        placed.map((vertices) => gapTo(vertices, wall)).reduce((nearest, gap) => (gap.gapM < nearest.gapM ? gap : nearest)),
      ),
    ];
  }
}

/** From a box to a convex polygon that goes round counter-clockwise. */
function gapTo(vertices: readonly (readonly [number, number])[], box: Box): Gap {
  const corners: readonly (readonly [number, number])[] = [
    [box.minXM, box.minYM],
    [box.maxXM, box.minYM],
    [box.maxXM, box.maxYM],
    [box.minXM, box.maxYM],
  ];
  // The axes on which convex things can be apart: the normals of both.
  let most: Gap = { gapM: Number.NEGATIVE_INFINITY, normalX: 0, normalY: 0 };
  const away = (normalX: number, normalY: number) => {
    const along = ([x, y]: readonly [number, number]) => x * normalX + y * normalY;
    const gapM = Math.min(...vertices.map(along)) - Math.max(...corners.map(along));
    if (gapM > most.gapM) most = { gapM, normalX, normalY };
  };
  for (const [x, y] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const)
    away(x, y);
  for (const [i, [x, y]] of vertices.entries()) {
    const [nextX, nextY] = vertices[(i + 1) % vertices.length]!;
    const length = Math.hypot(nextX - x, nextY - y);
    away(-(nextY - y) / length, (nextX - x) / length);
  }
  if (most.gapM <= 0) return most;
  // Apart, the nearest pair has a vertex of one of the two in it.
  const polygon = new ConvexPolygons([vertices]);
  return {
    ...most,
    gapM: Math.min(...vertices.map(([x, y]) => pointToBoxM(x, y, box)), ...corners.map(([x, y]) => polygon.distance(x, y))),
  };
}
