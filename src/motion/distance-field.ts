/** Between nodes; interpolated, a distance of 0.25 m is off by a millimetre. */
const NODE_M = 0.05;
/** Of a rectangle of so many nodes a side at most: farther out the nodes lie farther apart. */
const MOST_NODES = 400;

/** Distances to the nearest of many points, on a grid of nodes over a rectangle, computed once for many thousands of questions. */
export class DistanceField {
  private readonly columns: number;
  private readonly rows: number;
  private readonly nodeM: number;
  private readonly distancesM: Float32Array;

  /** @param points `[x0, y0, x1, …]`, metres; of none every distance is `mostM` @param mostM greater distances don't matter */
  constructor(
    points: Float32Array,
    readonly area: { readonly minXM: number; readonly minYM: number; readonly maxXM: number; readonly maxYM: number },
    private readonly mostM: number,
  ) {
    const [widthM, heightM] = [area.maxXM - area.minXM, area.maxYM - area.minYM];
    this.nodeM = Math.max(NODE_M, widthM / MOST_NODES, heightM / MOST_NODES);
    this.columns = Math.ceil(widthM / this.nodeM) + 2;
    this.rows = Math.ceil(heightM / this.nodeM) + 2;
    this.distancesM = this.computed(points);
  }

  /** A place outside of the rectangle counts as the nearest one inside. */
  distance(xM: number, yM: number): number {
    const { columns, rows, nodeM, distancesM, area } = this;
    const x = Math.min(columns - 1.001, Math.max(0, (xM - area.minXM) / nodeM));
    const y = Math.min(rows - 1.001, Math.max(0, (yM - area.minYM) / nodeM));
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, up] = [x - column, y - row];
    const at = row * columns + column;
    const low = distancesM[at]! + right * (distancesM[at + 1]! - distancesM[at]!);
    const high = distancesM[at + columns]! + right * (distancesM[at + columns + 1]! - distancesM[at + columns]!);
    return low + up * (high - low);
  }

  /** The nearest point of a node is nearly always that of a neighbour: handed on in two sweeps, there and back (Danielsson 1980). */
  private computed(points: Float32Array): Float32Array {
    const { columns, rows, nodeM, area, mostM } = this;
    const nearest = new Int32Array(columns * rows).fill(-1);
    const squared = new Float32Array(columns * rows).fill(mostM * mostM);
    const offer = (at: number, column: number, row: number, point: number) => {
      const dx = area.minXM + column * nodeM - points[point]!;
      const dy = area.minYM + row * nodeM - points[point + 1]!;
      const s = dx * dx + dy * dy;
      if (s >= squared[at]!) return;
      squared[at] = s;
      nearest[at] = point;
    };
    for (let i = 0; i < points.length; i += 2) {
      const column = Math.floor((points[i]! - area.minXM) / nodeM);
      const row = Math.floor((points[i + 1]! - area.minYM) / nodeM);
      for (let dy = 0; dy < 2; dy++)
        for (let dx = 0; dx < 2; dx++) {
          const [c, r] = [column + dx, row + dy];
          if (c >= 0 && c < columns && r >= 0 && r < rows) offer(r * columns + c, c, r, i);
        }
    }
    const take = (at: number, column: number, row: number, from: number) => {
      if (nearest[from]! >= 0) offer(at, column, row, nearest[from]!);
    };
    for (const step of [1, -1]) {
      for (let k = 0; k < rows; k++) {
        const row = step > 0 ? k : rows - 1 - k;
        const begun = k > 0;
        for (let c = 0; c < columns; c++) {
          const at = row * columns + c;
          if (!begun) continue;
          const before = at - step * columns;
          take(at, c, row, before);
          if (c > 0) take(at, c, row, before - 1);
          if (c < columns - 1) take(at, c, row, before + 1);
        }
        for (let c = 1; c < columns; c++) take(row * columns + c, c, row, row * columns + c - 1);
        for (let c = columns - 2; c >= 0; c--) take(row * columns + c, c, row, row * columns + c + 1);
      }
    }
    return squared.map(Math.sqrt);
  }
}
