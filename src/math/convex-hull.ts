type Point = readonly [x: number, y: number];

/** The convex hull of points, counter-clockwise, without corners on a straight edge (Andrew's monotone chain). Fewer than 3 points where they have no area. */
export function convexHull(points: readonly Point[]): Point[] {
  // Equal coordinates must be equal bit for bit: sorted by a difference of 1e-17, a far corner would seem to lie on the way back to a near one, and be dropped.
  const snapped = points.map(([x, y]) => [snap(x), snap(y)] as const);
  const sorted = snapped.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (along: readonly Point[]): Point[] => {
    const kept: Point[] = [];
    for (const point of along) {
      while (kept.length > 1 && !turnsLeft(kept.at(-2)!, kept.at(-1)!, point)) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/**
 * A convex polygon of at most `most` corners, counter-clockwise, that holds a convex hull with a margin around it: what its supporting lines in so many directions enclose.
 * Corners closer together than the margin are one.
 */
export function enclosingPolygon(hull: readonly Point[], most: number, margin: number): Point[] {
  const lines = Array.from({ length: most }, (_, i) => {
    const angle = (2 * Math.PI * i) / most;
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    return { nx, ny, offset: margin + Math.max(...hull.map(([x, y]) => x * nx + y * ny)) };
  });
  const corners: Point[] = [];
  for (const [i, a] of lines.entries()) {
    const b = lines[(i + 1) % most]!;
    const cross = a.nx * b.ny - a.ny * b.nx;
    const corner = [(a.offset * b.ny - b.offset * a.ny) / cross, (b.offset * a.nx - a.offset * b.nx) / cross] as const;
    if (corners.every((other) => distance(other, corner) > margin)) corners.push(corner);
  }
  return corners;
}

export function areaOf(polygon: readonly Point[]): number {
  return polygon.reduce((sum, [ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    return sum + (ax * by - ay * bx) / 2;
  }, 0);
}

/** To a billionth. Never -0. */
function snap(value: number): number {
  return Math.round(value * 1e9) / 1e9 + 0;
}

function turnsLeft([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0;
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(bx - ax, by - ay);
}
