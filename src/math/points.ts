/** Where something is, `[x0, y0, x1, y1, …]`, metres, at which time; `count` of them. */
export interface TimedPath {
  readonly path: readonly number[];
  readonly timesS: readonly number[];
  readonly count: number;
}

/** The same with its heading. */
export interface PosedPath extends TimedPath {
  readonly yawsRad: readonly number[];
}

/**
 * Distance of something from a body at a pose; negative: they overlap. Asked thousands of times for one judgement: numbers in an array, unlike arguments,
 * leave nothing to collect.
 * @param pose `[x, y, cos yaw, sin yaw, t]`: metres, and seconds since a path began
 */
export type FromPose = (pose: Float64Array) => number;

/** @returns the same array */
export function setPose(pose: Float64Array, xM: number, yM: number, cos: number, sin: number, timeS: number): Float64Array {
  pose[0] = xM;
  pose[1] = yM;
  pose[2] = cos;
  pose[3] = sin;
  pose[4] = timeS;
  return pose;
}

/**
 * The least distance from any of the points that move to the place of a path at the same time; +Infinity when there are none.
 * @param moving `[x0, y0, vx0, vy0, x1, …]` at time 0, which is `sinceS` before that of the path
 * @param velocityErrorMps how wrong their velocities may be: by so much a second they may be nearer
 */
export function distanceToMoving(moving: Float32Array, { path, timesS, count }: TimedPath, sinceS: number, velocityErrorMps = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < moving.length; i += 4) {
    for (let k = 0; k < count; k++) {
      const t = sinceS + timesS[k]!;
      const x = moving[i]! + moving[i + 2]! * t - path[2 * k]!;
      const y = moving[i + 1]! + moving[i + 3]! * t - path[2 * k + 1]!;
      least = Math.min(least, Math.sqrt(x * x + y * y) - velocityErrorMps * t);
    }
  }
  return least;
}

/** Those of the points that lie in the square around (x, y), `withinM` to each side, and those that are not numbers. */
export function pointsWithin(points: Float32Array, x: number, y: number, withinM: number): number[] {
  const near: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    if (!(Math.abs(points[i]! - x) > withinM || Math.abs(points[i + 1]! - y) > withinM)) near.push(points[i]!, points[i + 1]!);
  }
  return near;
}

/**
 * The least distance of each of the points from any place of a path.
 * @param points `[x0, y0, x1, y1, …]`, metres
 * @param withinM points farther than this from the rectangle around the path are not computed: their distance is +Infinity
 */
export function distancesToPath(points: readonly number[], { path, count }: TimedPath, withinM = Number.POSITIVE_INFINITY): number[] {
  let [minX, minY, maxX, maxY] = [path[0]!, path[1]!, path[0]!, path[1]!];
  for (let k = 2; k < 2 * count; k += 2) {
    minX = Math.min(minX, path[k]!);
    maxX = Math.max(maxX, path[k]!);
    minY = Math.min(minY, path[k + 1]!);
    maxY = Math.max(maxY, path[k + 1]!);
  }
  const distances: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    let least = Number.POSITIVE_INFINITY;
    // Written so that NaN is never far.
    const isFar = x < minX - withinM || x > maxX + withinM || y < minY - withinM || y > maxY + withinM;
    for (let k = 0; !isFar && k < 2 * count; k += 2) {
      const dx = x - path[k]!;
      const dy = y - path[k + 1]!;
      const squared = dx * dx + dy * dy;
      if (squared < least) least = squared;
    }
    distances.push(Math.sqrt(least));
  }
  return distances;
}

/** The least distance from any of the points to the segment from (x, y) to (x + dx, y + dy); +Infinity when there are none. */
export function distanceToSegment(points: Float32Array, x: number, y: number, dx: number, dy: number): number {
  const length2 = dx * dx + dy * dy;
  const inverse = length2 > 0 ? 1 / length2 : 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i += 2) {
    const px = points[i]! - x;
    const py = points[i + 1]! - y;
    let along = (px * dx + py * dy) * inverse;
    if (along < 0) along = 0;
    else if (along > 1) along = 1;
    const ex = px - along * dx;
    const ey = py - along * dy;
    const squared = ex * ex + ey * ey;
    if (squared < least) least = squared;
  }
  return Math.sqrt(least);
}
