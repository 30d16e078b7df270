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

/** What a body on a floor can run into: the border around it, from inside, and walls within it. */
export interface FloorPlan {
  readonly arena: Box;
  /** They may touch, and lie against the border, but do not overlap. */
  readonly walls: readonly Box[];
}

/** Touching is not overlapping: what a touch may lack of its distance by rounding. */
const TOUCH_TOLERANCE_M = 1e-9;

/** Distance from a point to the nearest surface; 0 or less inside a wall or outside the arena. */
export function distanceToSurfaceM(plan: FloorPlan, xM: number, yM: number): number {
  const { arena, walls } = plan;
  let nearestM = Math.min(xM - arena.minXM, arena.maxXM - xM, yM - arena.minYM, arena.maxYM - yM);
  for (const wall of walls) nearestM = Math.min(nearestM, pointToBoxM(xM, yM, wall));
  return nearestM;
}

/** Whether a disc at a point touches nothing; resting against a surface still counts as free. NaN is never free. */
export function isDiscFree(plan: FloorPlan, xM: number, yM: number, radiusM: number): boolean {
  return distanceToSurfaceM(plan, xM, yM) >= radiusM - TOUCH_TOLERANCE_M;
}

/** Whether a disc can move along the straight line between two places at which it is free. */
export function isDiscPathFree(plan: FloorPlan, from: Point, to: Point, radiusM: number): boolean {
  return plan.walls.every((wall) => segmentToBoxM(from, to, wall) >= radiusM - 1e-7);
}

/** 0 inside. */
export function pointToBoxM(xM: number, yM: number, box: Box): number {
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
