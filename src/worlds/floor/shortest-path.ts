import { type Box, type FloorPlan, isDiscFree, isDiscPathFree, type Point } from "./plan.js";

export interface Path {
  readonly lengthM: number;
  /** From start to goal, both included; arcs around corners as chords of at most 0.1 rad. */
  readonly points: readonly Point[];
}

/** What the taut string bends around: a corner of a wall, grown by the disc's radius; +1: anticlockwise, -1: clockwise. */
interface Bend {
  readonly centre: Point;
  readonly sense: 1 | -1;
}

interface Line {
  readonly lengthM: number;
  readonly headingRad: number;
  readonly start: Point;
  readonly end: Point;
}

/** The bends of a floor for one radius, and the free lines from one to another that are tangents to both. */
interface Graph {
  readonly bends: readonly Bend[];
  readonly lines: readonly (readonly { readonly to: number; readonly line: Line }[])[];
}

/** A string that has come to a bend, not yet around it. */
interface Reached {
  readonly bend: number;
  /** The one that led to it; undefined: from the start, not yet expanded. */
  readonly line: Line | undefined;
  readonly lengthM: number;
  /** No path that goes on from here is shorter. */
  readonly boundM: number;
  readonly before: Reached | undefined;
}

const ARC_STEP_RAD = 0.1;
/** Distance from a corner at which its surroundings are tested. */
const CORNER_M = 1e-4;

const graphs = new WeakMap<FloorPlan, Map<number, Graph>>();

/**
 * Shortest path of a disc's centre. For the disc, walls are grown by its radius and corners become arcs; the shortest path is a taut
 * string of straight lines and arcs that meet as tangents, and A* over such lines finds it. Passages between a corner and another wall
 * must be open or closed to the disc as a whole: they are judged by the lines, not by the arcs.
 * @returns undefined when the disc is not free at either end, or there is no path
 */
export function shortestPath(plan: FloorPlan, from: Point, to: Point, radiusM: number): Path | undefined {
  if (!isDiscFree(plan, from.xM, from.yM, radiusM) || !isDiscFree(plan, to.xM, to.yM, radiusM)) return undefined;
  if (from.xM > to.xM) {
    const path = leftToRight(plan, to, from, radiusM);
    return path && { lengthM: path.lengthM, points: [...path.points].reverse() };
  }
  return leftToRight(plan, from, to, radiusM);
}

function leftToRight(plan: FloorPlan, from: Point, to: Point, radiusM: number): Path | undefined {
  if (isDiscPathFree(plan, from, to, radiusM)) {
    return { lengthM: Math.hypot(to.xM - from.xM, to.yM - from.yM), points: [from, to] };
  }
  const bends = bendsBetween(plan, graphOf(plan, radiusM), from, to, radiusM);
  return bends && tautString(plan, from, bends, to, radiusM);
}

/** The bends of the shortest string, in order. */
function bendsBetween(plan: FloorPlan, { bends, lines }: Graph, from: Point, to: Point, radiusM: number): Bend[] | undefined {
  const open: Reached[] = [];
  const reach = (bend: number, line: Line, lengthM: number, before: Reached | undefined) => {
    const boundM = lengthM + Math.hypot(to.xM - line.end.xM, to.yM - line.end.yM);
    open.push({ bend, line, lengthM, boundM, before });
  };
  bends.forEach(({ centre: c }, i) => {
    const boundM = Math.hypot(c.xM - from.xM, c.yM - from.yM) + Math.hypot(to.xM - c.xM, to.yM - c.yM) - 2 * radiusM;
    open.push({ bend: i, line: undefined, lengthM: 0, boundM, before: undefined });
  });
  const done = new Set<Line>();
  let best: { readonly lengthM: number; readonly last: Reached } | undefined;
  for (let next = take(open); next && (!best || next.boundM < best.lengthM); next = take(open)) {
    const { centre, sense } = bends[next.bend]!;
    const led = next.line;
    if (led === undefined) {
      const first = freeLine(plan, from, 0, centre, sense * radiusM, radiusM);
      if (first) reach(next.bend, first, first.lengthM, undefined);
      continue;
    }
    if (done.has(led)) continue;
    done.add(led);
    const turn = (line: Line) => positiveAngle(sense * (line.headingRad - led.headingRad));
    const last = freeLine(plan, centre, sense * radiusM, to, 0, radiusM);
    if (last && turn(last) <= Math.PI) {
      const lengthM = next.lengthM + turn(last) * radiusM + last.lengthM;
      if (!best || lengthM < best.lengthM) best = { lengthM, last: next };
    }
    for (const { to: bend, line } of lines[next.bend]!) {
      if (turn(line) <= Math.PI) reach(bend, line, next.lengthM + turn(line) * radiusM + line.lengthM, next);
    }
  }
  if (!best) return undefined;
  const found: Bend[] = [];
  for (let at: Reached | undefined = best.last; at; at = at.before) found.unshift(bends[at.bend]!);
  return found;
}

/** Removes the most promising one. */
function take(open: Reached[]): Reached | undefined {
  let at = 0;
  for (let i = 1; i < open.length; i++) if (open[i]!.boundM < open[at]!.boundM) at = i;
  const taken = open[at];
  const moved = open.pop();
  if (moved !== taken) open[at] = moved!;
  return taken;
}

function graphOf(plan: FloorPlan, radiusM: number): Graph {
  const known = graphs.get(plan) ?? new Map<number, Graph>();
  graphs.set(plan, known);
  let graph = known.get(radiusM);
  if (!graph) {
    const bends = corners(plan).flatMap((centre): Bend[] => [
      { centre, sense: 1 },
      { centre, sense: -1 },
    ]);
    const lines = bends.map((from) =>
      bends.flatMap((to, i) => {
        const line = from.centre !== to.centre && freeLine(plan, from.centre, from.sense * radiusM, to.centre, to.sense * radiusM, radiusM);
        return line ? [{ to: i, line }] : [];
      }),
    );
    graph = { bends, lines };
    known.set(radiusM, graph);
  }
  return graph;
}

/** Corners that stick out: of the four quarters around one, only the wall's own is filled. */
function corners({ arena, walls }: FloorPlan): Point[] {
  const within = (box: Box, xM: number, yM: number) => xM > box.minXM && xM < box.maxXM && yM > box.minYM && yM < box.maxYM;
  const filled = (xM: number, yM: number) => !within(arena, xM, yM) || walls.some((wall) => within(wall, xM, yM));
  const all = walls.flatMap(({ minXM, minYM, maxXM, maxYM }) =>
    [minYM, maxYM].flatMap((yM) => [minXM, maxXM].map((xM): Point => ({ xM, yM }))),
  );
  return all.filter(({ xM, yM }) => {
    const quarters = [-CORNER_M, CORNER_M].flatMap((dx) => [-CORNER_M, CORNER_M].map((dy) => filled(xM + dx, yM + dy)));
    return quarters.filter(Boolean).length === 1;
  });
}

function freeLine(plan: FloorPlan, a: Point, aOffsetM: number, b: Point, bOffsetM: number, radiusM: number): Line | undefined {
  const line = tangent(a, aOffsetM, b, bOffsetM);
  return line &&
    inside(plan.arena, line.start, radiusM) &&
    inside(plan.arena, line.end, radiusM) &&
    isDiscPathFree(plan, line.start, line.end, radiusM)
    ? line
    : undefined;
}

function inside(arena: Box, { xM, yM }: Point, radiusM: number): boolean {
  return Math.min(xM - arena.minXM, arena.maxXM - xM, yM - arena.minYM, arena.maxYM - yM) >= radiusM - 1e-7;
}

/** @returns undefined when a string around these bends would touch a wall, or would have to push instead of pull */
function tautString(plan: FloorPlan, from: Point, bends: readonly Bend[], to: Point, radiusM: number): Path | undefined {
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
    if (!line || !isDiscPathFree(plan, line.start, line.end, radiusM)) return undefined;
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
function tangent(a: Point, aOffsetM: number, b: Point, bOffsetM: number): Line | undefined {
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
