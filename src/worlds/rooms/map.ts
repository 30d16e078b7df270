import { RehearseError } from "../../core/error.js";

/** Axis-aligned rectangle in the frame `odom`, metres. */
export interface Box {
  readonly minXM: number;
  readonly minYM: number;
  readonly maxXM: number;
  readonly maxYM: number;
}

export interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** Two rooms, left (x < 0) and right (x > 0), joined by one door in the wall between them. */
export interface RoomsMap {
  readonly arena: Box;
  /** What is left of the dividing wall below and above the door. */
  readonly walls: readonly [below: Box, above: Box];
  readonly doorYM: number;
}

export const ARENA: Box = { minXM: -2, minYM: -2, maxXM: 2, maxYM: 2 };
const WALL_THICKNESS_M = 0.2;
const DOOR_WIDTH_M = 0.8;
/** The door's centre is drawn from ± this. */
export const DOOR_RANGE_M = 1.3;

/** Touching is not overlapping: what a touch may lack of its distance by rounding. */
const TOUCH_TOLERANCE_M = 1e-9;

/** @throws RehearseError when no wall would be left beside the door */
export function roomsMap(doorYM: number): RoomsMap {
  const room = ARENA.maxYM - DOOR_WIDTH_M / 2;
  if (!(Math.abs(doorYM) < room)) {
    throw new RehearseError(
      "RH-WORLD-DOOR",
      `rooms: a door centred at y = ${doorYM} m does not fit into the wall`,
      `choose doorYM between -${room} and ${room}, both excluded`,
    );
  }
  const half = WALL_THICKNESS_M / 2;
  return {
    arena: ARENA,
    walls: [
      { minXM: -half, maxXM: half, minYM: ARENA.minYM, maxYM: doorYM - DOOR_WIDTH_M / 2 },
      { minXM: -half, maxXM: half, minYM: doorYM + DOOR_WIDTH_M / 2, maxYM: ARENA.maxYM },
    ],
    doorYM,
  };
}

/** Distance from a point to the nearest surface; 0 or less inside a wall or outside the arena. */
export function distanceToSurfaceM(map: RoomsMap, xM: number, yM: number): number {
  const { arena, walls } = map;
  return Math.min(
    xM - arena.minXM,
    arena.maxXM - xM,
    yM - arena.minYM,
    arena.maxYM - yM,
    pointToBoxM(xM, yM, walls[0]),
    pointToBoxM(xM, yM, walls[1]),
  );
}

/** Whether a disc at a point touches nothing; resting against a surface still counts as free. NaN is never free. */
export function isDiscFree(map: RoomsMap, xM: number, yM: number, radiusM: number): boolean {
  return distanceToSurfaceM(map, xM, yM) >= radiusM - TOUCH_TOLERANCE_M;
}

/** Whether a disc can move along the straight line between two places at which it is free. */
export function isDiscWayFree(map: RoomsMap, from: Point, to: Point, radiusM: number): boolean {
  return map.walls.every((wall) => segmentToBoxM(from, to, wall) >= radiusM - 1e-7);
}

function pointToBoxM(xM: number, yM: number, box: Box): number {
  const dx = Math.max(box.minXM - xM, 0, xM - box.maxXM);
  const dy = Math.max(box.minYM - yM, 0, yM - box.maxYM);
  return Math.sqrt(dx * dx + dy * dy);
}

function segmentToBoxM(from: Point, to: Point, box: Box): number {
  if (crosses(from, to, box)) return 0;
  // Apart, the nearest pair has an end of the segment or a corner of the box in it.
  return Math.min(
    pointToBoxM(from.xM, from.yM, box),
    pointToBoxM(to.xM, to.yM, box),
    pointToSegmentM(box.minXM, box.minYM, from, to),
    pointToSegmentM(box.minXM, box.maxYM, from, to),
    pointToSegmentM(box.maxXM, box.minYM, from, to),
    pointToSegmentM(box.maxXM, box.maxYM, from, to),
  );
}

function crosses(from: Point, to: Point, box: Box): boolean {
  return rayEntry(from.xM, from.yM, to.xM - from.xM, to.yM - from.yM, box) <= 1;
}

/**
 * Where the ray `(x, y) + t · (dx, dy)`, t >= 0, enters a box (slab method, Kay & Kajiya 1986).
 * @returns t; 0 from inside; +Infinity: never
 */
export function rayEntry(xM: number, yM: number, dx: number, dy: number, box: Box): number {
  let enter = 0;
  let leave = Number.POSITIVE_INFINITY;
  if (dx !== 0) {
    const a = (box.minXM - xM) / dx;
    const b = (box.maxXM - xM) / dx;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  } else if (xM < box.minXM || xM > box.maxXM) return Number.POSITIVE_INFINITY;
  if (dy !== 0) {
    const a = (box.minYM - yM) / dy;
    const b = (box.maxYM - yM) / dy;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  } else if (yM < box.minYM || yM > box.maxYM) return Number.POSITIVE_INFINITY;
  return enter <= leave ? enter : Number.POSITIVE_INFINITY;
}

function pointToSegmentM(xM: number, yM: number, from: Point, to: Point): number {
  const dx = to.xM - from.xM;
  const dy = to.yM - from.yM;
  const lengthSquared = dx * dx + dy * dy;
  const t = lengthSquared > 0 ? Math.min(1, Math.max(0, ((xM - from.xM) * dx + (yM - from.yM) * dy) / lengthSquared)) : 0;
  return Math.hypot(xM - from.xM - t * dx, yM - from.yM - t * dy);
}
