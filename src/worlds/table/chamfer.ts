/**
 * Chamfer distance of two sets of points, as DINO-WM counts it: the mean distance from each point to the nearest of the other set, summed over
 * both directions. In the unit of the points. @param a, b `[x0, y0, x1, y1, …]`
 */
export function chamfer(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return meanNearest(a, b) + meanNearest(b, a);
}

function meanNearest(from: ArrayLike<number>, to: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < from.length; i += 2) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < to.length; j += 2) {
      const dx = from[i]! - to[j]!;
      const dy = from[i + 1]! - to[j + 1]!;
      least = Math.min(least, dx * dx + dy * dy);
    }
    sum += Math.sqrt(least);
  }
  return sum / (from.length / 2);
}
