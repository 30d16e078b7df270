/** Numbers of an edge: outward normal x and y, its offset from the origin along it, where the edge begins along its own direction, and its length. */
const EDGE = 5;

type Point = readonly [x: number, y: number];

/** A union of convex polygons, made ready for many questions about distance: nothing is allocated by asking. */
export class ConvexPolygons {
  /** Distance from the origin to the farthest vertex. */
  readonly radius: number;
  /** The middle between the outermost vertices, and the distance from there to the farthest. */
  readonly centre: Point;
  readonly reach: number;
  /** `[x0, y0, x1, …]` of all polygons. */
  readonly vertices: Float64Array;
  /** Of all polygons, one after the other. */
  private readonly edges: Float64Array;
  /** Where the edges of each polygon end. */
  private readonly ends: readonly number[];

  /** @param polygons convex, counter-clockwise */
  constructor(polygons: readonly (readonly Point[])[]) {
    this.vertices = Float64Array.from(polygons.flat(2));
    const points = polygons.flat();
    const middle = (of: readonly number[]) => (Math.min(...of) + Math.max(...of)) / 2;
    const [cx, cy] = [middle(points.map(([x]) => x)), middle(points.map(([, y]) => y))];
    this.centre = [cx, cy];
    this.radius = Math.max(...points.map(([x, y]) => Math.hypot(x, y)));
    this.reach = Math.max(...points.map(([x, y]) => Math.hypot(x - cx, y - cy)));
    this.edges = Float64Array.from(
      polygons.flatMap((polygon) => polygon.flatMap((from, i) => edge(from, polygon[(i + 1) % polygon.length]!))),
    );
    let end = 0;
    this.ends = polygons.map((polygon) => (end += EDGE * polygon.length));
  }

  /** From a point to the nearest of them; inside negative, as deep as the point lies in the deepest. NaN for what is no point. */
  distance(x: number, y: number): number {
    const { edges, ends } = this;
    let nearest = Number.POSITIVE_INFINITY;
    for (let k = 0, at = 0; k < ends.length; k++) {
      let beyond = Number.NEGATIVE_INFINITY;
      let squared = Number.POSITIVE_INFINITY;
      for (; at < ends[k]!; at += EDGE) {
        const nx = edges[at]!;
        const ny = edges[at + 1]!;
        const out = nx * x + ny * y - edges[at + 2]!;
        // Written so that NaN stays.
        if (!(out <= beyond)) beyond = out;
        if (out > 0) {
          const along = nx * y - ny * x - edges[at + 3]!;
          const past = along < 0 ? along : Math.max(0, along - edges[at + 4]!);
          const s = out * out + past * past;
          if (s < squared) squared = s;
        }
      }
      const distance = beyond > 0 ? Math.sqrt(squared) : beyond;
      if (!(distance >= nearest)) nearest = distance;
    }
    return nearest;
  }

  /** From a segment to the nearest of them; negative where they overlap: by how much one of the two would have to move. */
  distanceToSegment(ax: number, ay: number, bx: number, by: number): number {
    const { edges, ends, vertices } = this;
    const length = Math.hypot(bx - ax, by - ay);
    const [tx, ty] = length > 0 ? [(bx - ax) / length, (by - ay) / length] : [1, 0];
    let nearest = Math.min(Number.POSITIVE_INFINITY, Math.max(0, this.distance(ax, ay)), Math.max(0, this.distance(bx, by)));
    for (let k = 0, at = 0; k < ends.length; k++) {
      // The axes on which convex things can be apart: the normals of the edges, and that of the segment.
      let apart = Number.NEGATIVE_INFINITY;
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      let outside = Number.POSITIVE_INFINITY;
      for (; at < ends[k]!; at += EDGE) {
        const [nx, ny, offset] = [edges[at]!, edges[at + 1]!, edges[at + 2]!];
        apart = Math.max(apart, Math.min(nx * ax + ny * ay, nx * bx + ny * by) - offset);
        const x = vertices[(2 * at) / EDGE]! - ax;
        const y = vertices[(2 * at) / EDGE + 1]! - ay;
        const aside = tx * y - ty * x;
        low = Math.min(low, aside);
        high = Math.max(high, aside);
        const along = tx * x + ty * y;
        outside = Math.min(outside, Math.hypot(along - Math.min(length, Math.max(0, along)), aside));
      }
      apart = Math.max(apart, low, -high);
      // Apart, the nearest pair has an end of the segment or a vertex in it.
      nearest = Math.min(nearest, apart > 0 ? outside : apart);
    }
    return nearest;
  }
}

function edge([ax, ay]: Point, [bx, by]: Point): number[] {
  const length = Math.hypot(bx - ax, by - ay);
  const [nx, ny] = [(by - ay) / length, (ax - bx) / length];
  return [nx, ny, nx * ax + ny * ay, nx * ay - ny * ax, length];
}
