/** Neighbouring beams mostly hit the same thing: points of a scan that lie together count as one first. */
const GROUP_M = 0.01;

/** Runs of points, each around its first one. */
export class PointGroups {
  readonly count: number;
  /** Index of the first point of each, and, at the end, of one past the last. */
  private readonly begins: Uint32Array;
  /** How far the others of each lie from the first. */
  readonly radiiM: Float64Array;

  /** @param points `[x0, y0, x1, …]`, metres, in the order of the beams */
  constructor(readonly points: Float32Array) {
    const size = points.length / 2;
    this.begins = new Uint32Array(size + 1);
    this.radiiM = new Float64Array(size);
    let count = 0;
    let [firstX, firstY] = [Number.NaN, Number.NaN];
    for (let i = 0; i < size; i++) {
      const dx = points[2 * i]! - firstX;
      const dy = points[2 * i + 1]! - firstY;
      const apart = Math.sqrt(dx * dx + dy * dy);
      if (apart <= GROUP_M) {
        if (apart > this.radiiM[count - 1]!) this.radiiM[count - 1] = apart;
        continue;
      }
      [firstX, firstY] = [points[2 * i]!, points[2 * i + 1]!];
      this.begins[count++] = i;
    }
    this.count = count;
    this.begins[count] = size;
  }

  begin(group: number): number {
    return this.begins[group]!;
  }

  end(group: number): number {
    return this.begins[group + 1]!;
  }
}
