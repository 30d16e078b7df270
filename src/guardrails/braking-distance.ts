import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan, Surroundings } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { wrapAngle } from "../math/angle.js";
import { values } from "../math/tensor.js";
import { allKept } from "./all-kept.js";
import { type Path, StoppingPath } from "./stopping-path.js";
import { asTwist } from "./twist.js";

/** Sectors of 10° of the half-plane towards which the body moves; each needs a beam that measured. */
const SECTORS = 18;

/** Control ticks between looks at the predicted motion: 60 mm at 0.6 m/s, while each look covers the braking distance ahead. */
const STRIDE = 2;

/** The footprint plus clearance, swept along the way to rest, is free of scan points. */
export class BrakingDistance implements Guardrail {
  readonly name = "braking-distance";
  private readonly stopping: StoppingPath;
  private readonly neededM: number;
  private sight: { readonly scan: LaserScan; readonly seen: readonly boolean[] } | undefined;

  constructor(private readonly robot: RobotDescription) {
    this.stopping = new StoppingPath(robot);
    this.neededM = robot.footprint.radiusM + robot.clearanceM;
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    const twist = asTwist(command);
    if (twist === undefined || this.robot.scanner === undefined) return undefined;
    const { surroundings, scan } = now;
    const unseen = surroundings === undefined || scan === undefined ? SECTORS : this.unseenSectors(scan, twist.vxMps);
    if (surroundings === undefined || unseen > 0) {
      return { violation: { guardrail: "braking-distance.blind", value: (unseen * Math.PI) / SECTORS, limit: 0, unit: "rad" } };
    }
    return this.stopping.judge(this.name, twist, now, (path) => nearest(surroundings.pointsM, path), this.neededM);
  }

  /**
   * The deepest intrusion into the clearance, as a fraction of it: 0 touches the clearance, 1 the obstacle, -1 is a clearance or more
   * away. At every look the disc is swept ahead along the chord of the braking arc. Who starts inside the clearance is measured from
   * there: the way out must not cost more than staying.
   */
  margin(motion: Tensor, surroundings: Surroundings | undefined): Float32Array {
    const [samples, ticks] = motion.shape as [number, number, number];
    const margins = allKept(motion);
    if (surroundings === undefined || samples === 0 || ticks === 0) return margins;
    const data = values(motion);
    const points = this.within(surroundings.pointsM, data);
    if (points.length === 0) return margins;
    const { clearanceM, controlPeriodS, limits, response } = this.robot;
    const reactionS = response.reactionS + response.commandDelayS;
    const yaw = data[2]!;
    const back = data[3]! * controlPeriodS;
    const x0 = data[0]! - back * Math.cos(yaw);
    const y0 = data[1]! - back * Math.sin(yaw);
    const neededM = Math.min(this.neededM, Math.sqrt(squaredToSegment(points, x0, y0, 0, 0)));
    const farM = neededM + clearanceM;
    for (let n = 0; n < samples; n++) {
      let leastM = farM;
      // Distance known at the last look, and where that was: until both ends of the sweep have moved by the rest, nothing can be near.
      let slackM = 0;
      let fromX = 0;
      let fromY = 0;
      let fromEndX = 0;
      let fromEndY = 0;
      for (let t = (ticks - 1) % STRIDE; t < ticks; t += STRIDE) {
        const row = (n * ticks + t) * MOTION_SIZE;
        const x = data[row]!;
        const y = data[row + 1]!;
        const v = data[row + 3]!;
        const ahead = v * (reactionS + Math.abs(v) / (2 * limits.decelerationMps2));
        const turned = v === 0 ? 0 : (data[row + 5]! * ahead) / v;
        const heading = data[row + 2]! + turned / 2;
        const endX = x + ahead * Math.cos(heading);
        const endY = y + ahead * Math.sin(heading);
        if (slackM > 0) {
          const moved = (x - fromX) * (x - fromX) + (y - fromY) * (y - fromY);
          const endMoved = (endX - fromEndX) * (endX - fromEndX) + (endY - fromEndY) * (endY - fromEndY);
          if (moved < slackM * slackM && endMoved < slackM * slackM) continue;
        }
        const distance = Math.sqrt(squaredToSegment(points, x, y, endX - x, endY - y));
        if (distance < leastM) leastM = distance;
        slackM = distance - leastM;
        fromX = x;
        fromY = y;
        fromEndX = endX;
        fromEndY = endY;
      }
      margins[n] = (neededM - leastM) / clearanceM;
    }
    return margins;
  }

  /** Sectors without a measurement (no beam, NaN, or nearer than the scanner can measure) towards where the body drives. */
  private unseenSectors(scan: LaserScan, vxMps: number): number {
    if (this.sight?.scan !== scan) this.sight = { scan, seen: sectorsSeen(scan, this.robot.scanner!.baseFromScan.yawRad) };
    if (vxMps === 0) return 0;
    // From the body's right over its front to its left, or from its left over its back to its right.
    const from = vxMps > 0 ? SECTORS / 2 : (3 * SECTORS) / 2;
    let unseen = 0;
    for (let i = 0; i < SECTORS; i++) if (!this.sight.seen[(from + i) % (2 * SECTORS)]) unseen++;
    return unseen;
  }

  /** The points that any of the motion could come near. */
  private within(points: Float32Array, motion: Float32Array): Float32Array {
    let [minX, minY, maxX, maxY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let fastest = 0;
    for (let row = 0; row < motion.length; row += MOTION_SIZE) {
      const x = motion[row]!;
      const y = motion[row + 1]!;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
      const speed = Math.abs(motion[row + 3]!);
      if (speed > fastest) fastest = speed;
    }
    const { clearanceM, limits, response, controlPeriodS } = this.robot;
    const ahead = fastest * (response.reactionS + response.commandDelayS + controlPeriodS + fastest / (2 * limits.decelerationMps2));
    const reach = ahead + this.neededM + clearanceM;
    const kept: number[] = [];
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i]!;
      const y = points[i + 1]!;
      if (x > minX - reach && x < maxX + reach && y > minY - reach && y < maxY + reach) kept.push(x, y);
    }
    return Float32Array.from(kept);
  }
}

/** Whether a beam measured, by sectors of 10° counter-clockwise from straight behind. */
function sectorsSeen(scan: LaserScan, scannerYawRad: number): boolean[] {
  const seen = new Array<boolean>(2 * SECTORS).fill(false);
  for (let i = 0; i < scan.rangesM.length; i++) {
    if (!(scan.rangesM[i]! >= scan.rangeMinM)) continue;
    const angleRad = wrapAngle(scannerYawRad + scan.angleMinRad + i * scan.angleIncrementRad);
    seen[Math.floor(((angleRad + Math.PI) / Math.PI) * SECTORS) % (2 * SECTORS)] = true;
  }
  return seen;
}

/** +Infinity when there are no points. */
function nearest(points: Float32Array, path: Path): number {
  let reach = 0;
  for (let k = 2; k < path.length; k += 2) reach = Math.max(reach, (path[k]! - path[0]!) ** 2 + (path[k + 1]! - path[1]!) ** 2);
  reach = Math.sqrt(reach);
  // A point farther from the start than the nearest one by more than the reach can't become the nearest.
  let least = squaredToSegment(points, path[0]!, path[1]!, 0, 0);
  const relevant = (Math.sqrt(least) + reach) ** 2;
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if ((x - path[0]!) ** 2 + (y - path[1]!) ** 2 > relevant) continue;
    for (let k = 2; k < path.length; k += 2) {
      const squared = (x - path[k]!) ** 2 + (y - path[k + 1]!) ** 2;
      if (squared < least) least = squared;
    }
  }
  return Math.sqrt(least);
}

/** The least squared distance from any point to the segment from (x, y) to (x + dx, y + dy). */
function squaredToSegment(points: Float32Array, x: number, y: number, dx: number, dy: number): number {
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
  return least;
}
