import { FRONT, OverheadCamera } from "../floor/camera.js";
import { type FloorBody, type FloorOptions, FloorWorld } from "../floor/floor-world.js";
import type { Box, FloorPlan } from "../floor/plan.js";

/** Side of a cell: one unit of length of the published mazes. */
export const CELL_M = 0.5;

/** Rows from the top, `#` a wall, `.` free: the mazes `maze2d-umaze` and `maze2d-medium` of D4RL (Fu et al., 2020). */
export const LAYOUTS = {
  u: ["#####", "#...#", "###.#", "#...#", "#####"],
  medium: ["########", "#..##..#", "#..#...#", "##...###", "#..#...#", "#.#..#.#", "#...#..#", "########"],
} as const satisfies Record<string, readonly string[]>;

export type Layout = keyof typeof LAYOUTS;

/** Radius of the ball, and of the larger disc that is drawn for it, in cells. */
const BALL_CELLS = 0.1;
const MARK_CELLS = 0.2;

/**
 * A mass m that a force F drives against friction c follows m v' = F - c v; with u = F / c and τ = m / c that is v' = (u - v) / τ: a velocity
 * command u through a first-order lag. So the commanded velocity is the force, in units of the speed that it would lead to. The greatest
 * change of speed, from full speed in one direction to full force in the other, is 2 · 0.45 / 0.3 = 3 m/s²: the limits never act. Left alone the
 * ball rolls on for 0.135 m, a quarter of a cell.
 */
export const MAZE_BODY: FloorBody = {
  radiusM: BALL_CELLS * CELL_M,
  maxForwardMps: 0.45,
  maxReverseMps: 0.45,
  maxSidewaysMps: 0.45,
  maxYawRateRps: 0,
  response: { timeConstantS: 0.3, maxAccelerationMps2: 3, maxDecelerationMps2: 3, maxYawAccelerationRps2: 1, sideways: true },
};

/** The side of the square that the camera sees: the maze with the walls around it. */
export function mazeViewM(layout: Layout): number {
  return LAYOUTS[layout].length * CELL_M;
}

/** Centred on the origin. The walls around the maze are its border. */
export function mazePlan(layout: Layout): FloorPlan {
  const rows: readonly string[] = LAYOUTS[layout];
  const inner = rows.slice(1, -1).map((row) => row.slice(1, -1));
  const halfM = (inner.length * CELL_M) / 2;
  return { arena: { minXM: -halfM, minYM: -halfM, maxXM: halfM, maxYM: halfM }, walls: wallsOf(inner, halfM) };
}

/** Runs of wall cells in a row; equal runs of rows that follow one another make one wall. */
function wallsOf(rows: readonly string[], halfM: number): Box[] {
  const walls: Box[] = [];
  rows.forEach((row, r) => {
    for (const { 0: run, index } of row.matchAll(/#+/g)) {
      const minXM = index * CELL_M - halfM;
      const maxXM = minXM + run.length * CELL_M;
      const minYM = halfM - (r + 1) * CELL_M;
      const above = walls.findIndex((wall) => wall.minXM === minXM && wall.maxXM === maxXM && wall.minYM === minYM + CELL_M);
      const maxYM = above < 0 ? minYM + CELL_M : walls[above]!.maxYM;
      walls.splice(above < 0 ? walls.length : above, above < 0 ? 0 : 1, { minXM, minYM, maxXM, maxYM });
    }
  });
  return walls;
}

/** PointMaze of D4RL, in metres: docs/reference/worlds.md says what differs. The seed decides the start. */
export class MazeWorld extends FloorWorld {
  constructor(layout: Layout, options: FloorOptions) {
    super(options, {
      name: `maze-${layout}`,
      body: MAZE_BODY,
      plan: () => mazePlan(layout),
      camera: (plan) => new OverheadCamera(plan, mazeViewM(layout), { radiusM: MARK_CELLS * CELL_M, front: FRONT, rear: FRONT }),
    });
  }
}
