import type { Check, Margin } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { ConvexPolygons } from "../math/convex-polygons.js";
import type { FromPose, PosedPath } from "../math/points.js";
import { FootprintSweep, SWEPT_M } from "../motion/footprint-sweep.js";
import { polygonsAhead } from "../motion/polygons-ahead.js";
import { askedAgain } from "./asked-again.js";
import { BEYOND_DISPUTE_M, type Region } from "./region.js";
import { alongEach } from "./rule.js";
import { StoppingPath } from "./stopping-path.js";
import { type Surroundings, surroundedBy } from "./surroundings.js";
import { aheadOf, timeAheadS } from "./time-ahead.js";

/** What keep-out and workspace share: the footprint must not touch a region, while it drives or brakes. */
export function regionRule<Id extends "keep-out" | "workspace">(
  id: Id,
  robot: RobotDescription,
  regions: readonly Region[],
): Check<Id> | undefined {
  if (regions.length === 0) return undefined;
  const { radiusM, polygonsM } = robot.footprint;
  const stopping = new StoppingPath(robot);
  const nearestM = nearestOf(regions);
  const along = polygonsM === undefined ? centreAlong(regions) : polygonsAlong(regions, new FootprintSweep(polygonsM));
  const neededM = polygonsM === undefined ? radiusM : SWEPT_M;
  const near = (xM: number, yM: number, reachM: number) => (nearestM(xM, yM) >= radiusM + SWEPT_M + reachM ? undefined : along);
  return askedAgain((command, context) => stopping.judge(id, command, context, near, neededM));
}

function centreAlong(regions: readonly Region[]): Surroundings {
  return surroundedBy(({ path, count }) =>
    regions.map(({ distanceM }) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 2 * count; i += 2) least = Math.min(least, distanceM(path[i]!, path[i + 1]!));
      return least;
    }),
  );
}

function polygonsAlong(regions: readonly Region[], sweep: FootprintSweep): Surroundings {
  const from = regions.map((region) => region.fromPolygons(sweep.polygons));
  const each = (path: PosedPath, enoughM?: number) => {
    sweep.along(path);
    return from.map((region) => sweep.nearestM(region, enoughM ?? BEYOND_DISPUTE_M, enoughM !== undefined));
  };
  return { each, least: (path, enoughM) => Math.min(...each(path, enoughM)) };
}

/** The deepest intrusion of the footprint, in clearances. */
export function regionConstraint(robot: RobotDescription, regions: readonly Region[]): Margin | undefined {
  if (regions.length === 0) return undefined;
  const { clearanceM, footprint } = robot;
  const distanceM = nearestOf(regions);
  if (footprint.polygonsM !== undefined) {
    const polygons = new ConvexPolygons(footprint.polygonsM);
    const each = regions.map((region) => region.fromPolygons(polygons));
    const from: FromPose = (pose) => each.reduce((least, region) => Math.min(least, region(pose)), Number.POSITIVE_INFINITY);
    const ahead = aheadOf(robot);
    return (motion, _, periodS) =>
      polygonsAhead(motion, periodS, ahead, polygons.radius, clearanceM, from).leastM.map((m) => -m / clearanceM);
  }
  const aheadS = timeAheadS(robot);
  return (motion) =>
    alongEach(motion, (values, from, to, size) => {
      let nearestM = footprint.radiusM + clearanceM;
      for (let row = from; row < to; row += size) {
        const x = values[row]!;
        const y = values[row + 1]!;
        const vx = values[row + 3]!;
        const vy = values[row + 4]!;
        const speedMps = vy === 0 ? Math.abs(vx) : Math.hypot(vx, vy);
        const forS = aheadS(speedMps);
        // Where the region is farther than the stopping distance and more, which is nearly everywhere, the point of rest need not be computed.
        if (distanceM(x, y) > nearestM + speedMps * forS) continue;
        const cos = Math.cos(values[row + 2]!) * forS;
        const sin = Math.sin(values[row + 2]!) * forS;
        const distance = distanceM(x + vx * cos - vy * sin, y + vx * sin + vy * cos);
        if (!(distance >= nearestM)) nearestM = distance;
      }
      return (footprint.radiusM - nearestM) / clearanceM;
    });
}

function nearestOf(regions: readonly Region[]): Region["distanceM"] {
  return (xM, yM) => regions.reduce((least, { distanceM }) => Math.min(least, distanceM(xM, yM)), Number.POSITIVE_INFINITY);
}
