/** Neighbouring beams mostly hit the same thing: points of a scan that lie together count as one first. */
const GROUP_M = 0.01;

/** Runs of points, each around its first one. */
export class PointGroups {
  readonly count: number;
  /** Index of the first point of each, and, at the end, of one past the last. */
  private readonly begins: number[] = [];
  /** How far the others of each lie from the first. */
  private readonly radiiM: number[] = [];

  /** @param points `[x0, y0, x1, …]`, metres, in the order of the beams */
  constructor(readonly points: Float32Array) {
    for (let i = 0; i < points.length / 2; i++) {
      const first = this.begins.at(-1);
      const apart =
        first === undefined ? Number.NaN : Math.hypot(points[2 * i]! - points[2 * first]!, points[2 * i + 1]! - points[2 * first + 1]!);
      if (apart <= GROUP_M) this.radiiM[this.radiiM.length - 1] = Math.max(this.radiiM.at(-1)!, apart);
      else {
        this.begins.push(i);
        this.radiiM.push(0);
      }
    }
    this.count = this.begins.length;
    this.begins.push(points.length / 2);
  }

  begin(group: number): number {
    return this.begins[group]!;
  }

  end(group: number): number {
    return this.begins[group + 1]!;
  }

  radiusM(group: number): number {
    return this.radiiM[group]!;
  }
}
