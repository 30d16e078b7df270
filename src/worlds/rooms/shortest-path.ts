import { type Box, isDiscFree, isDiscWayFree, type Point, type RoomsMap } from "./map.js";

export interface Path {
  readonly lengthM: number;
  /** From start to goal, both included; arcs around door posts as chords of at most 0.1 rad. */
  readonly points: readonly Point[];
}

/** A thing the taut string bends around: a corner of a door post, grown by the disc's radius; +1: anticlockwise, -1: clockwise. */
interface Bend {
  readonly centre: Point;
  readonly sense: 1 | -1;
}

const ARC_STEP_RAD = 0.1;

/**
 * Shortest path of a disc's centre. For the disc, walls are grown by its radius and corners become arcs; what is left free has no holes, so
 * that exactly one taut string joins two places: straight lines and arcs that meet as tangents. All ways to bend around the (at most two)
 * posts are tried, the one that fits is it.
 * @returns undefined when the disc is not free at either end
 */
export function shortestPath(map: RoomsMap, from: Point, to: Point, radiusM: number): Path | undefined {
  if (!isDiscFree(map, from.xM, from.yM, radiusM) || !isDiscFree(map, to.xM, to.yM, radiusM)) return undefined;
  if (from.xM > to.xM) {
    const path = leftToRight(map, to, from, radiusM);
    return path && { lengthM: path.lengthM, points: [...path.points].reverse() };
  }
  return leftToRight(map, from, to, radiusM);
}

function leftToRight(map: RoomsMap, from: Point, to: Point, radiusM: number): Path | undefined {
  if (isDiscWayFree(map, from, to, radiusM)) {
    return { lengthM: Math.hypot(to.xM - from.xM, to.yM - from.yM), points: [from, to] };
  }
  let best: Path | undefined;
  for (const bends of bendings(map.walls)) {
    const path = tautString(map, from, bends, to, radiusM);
    if (path && (!best || path.lengthM < best.lengthM)) best = path;
  }
  return best;
}

/** Every order in which a string from left to right can bend around the posts. */
function bendings([below, above]: RoomsMap["walls"]): Bend[][] {
  const [bl, br] = corners(below, below.maxYM, -1);
  const [al, ar] = corners(above, above.minYM, 1);
  return [[bl], [br], [al], [ar], [bl, br], [al, ar], [bl, ar], [al, br]];
}

function corners(box: Box, yM: number, sense: 1 | -1): [left: Bend, right: Bend] {
  return [
    { centre: { xM: box.minXM, yM }, sense },
    { centre: { xM: box.maxXM, yM }, sense },
  ];
}

/** @returns undefined when a string around these bends would touch a wall, or would have to push instead of pull */
function tautString(map: RoomsMap, from: Point, bends: readonly Bend[], to: Point, radiusM: number): Path | undefined {
  const points: Point[] = [from];
  let lengthM = 0;
  let at: Point = from;
  let atOffsetM = 0;
  let headingRad: number | undefined;
  for (let i = 0; i <= bends.length; i++) {
    const bend = bends[i];
    const next = bend?.centre ?? to;
    const nextOffsetM = bend ? bend.sense * radiusM : 0;
    const line = tangent(at, atOffsetM, next, nextOffsetM);
    if (!line || !isDiscWayFree(map, line.start, line.end, radiusM)) return undefined;
    if (headingRad !== undefined) {
      const sense = Math.sign(atOffsetM);
      const turnRad = positiveAngle(sense * (line.headingRad - headingRad));
      if (turnRad > Math.PI) return undefined;
      lengthM += turnRad * radiusM;
      const chords = Math.ceil(turnRad / ARC_STEP_RAD);
      for (let c = 1; c < chords; c++) {
        const heading = headingRad + (sense * turnRad * c) / chords;
        points.push({ xM: at.xM + atOffsetM * Math.sin(heading), yM: at.yM - atOffsetM * Math.cos(heading) });
      }
    }
    if (i > 0) points.push(line.start);
    points.push(line.end);
    lengthM += line.lengthM;
    at = next;
    atOffsetM = nextOffsetM;
    headingRad = line.headingRad;
  }
  return { lengthM, points };
}

/**
 * The directed line that leaves one circle and meets the next as a tangent. `offset` is a circle's radius, positive when it is passed
 * anticlockwise (it lies left of the line), negative clockwise, 0 for a point.
 */
function tangent(a: Point, aOffsetM: number, b: Point, bOffsetM: number) {
  const dx = b.xM - a.xM;
  const dy = b.yM - a.yM;
  const across = bOffsetM - aOffsetM;
  const squared = dx * dx + dy * dy - across * across;
  // A disc that rests against the corner is on the circle, give or take rounding.
  if (squared < -1e-6) return undefined;
  const lengthM = Math.sqrt(Math.max(0, squared));
  const headingRad = Math.atan2(dy, dx) - Math.atan2(across, lengthM);
  const sin = Math.sin(headingRad);
  const cos = Math.cos(headingRad);
  return {
    lengthM,
    headingRad,
    start: { xM: a.xM + aOffsetM * sin, yM: a.yM - aOffsetM * cos },
    end: { xM: b.xM + bOffsetM * sin, yM: b.yM - bOffsetM * cos },
  };
}

function positiveAngle(angleRad: number): number {
  return angleRad - 2 * Math.PI * Math.floor(angleRad / (2 * Math.PI));
}
