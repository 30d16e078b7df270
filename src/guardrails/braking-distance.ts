import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Surroundings } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { values } from "../math/tensor.js";
import { allKept } from "./all-kept.js";
import { distanceToPath, distanceToSegment } from "./points.js";
import { Sight } from "./sight.js";
import { StoppingPath } from "./stopping-path.js";
import { asTwist } from "./twist.js";

/** Planning keeps this much more distance than the gate demands, so that small errors of a good plan don't end at the gate. */
const PLANNING_SPARE_M = 0.02;
/** Between neighbouring beams, a wall 0.2 m away is this much nearer than its nearest sample. */
const SAMPLED_M = 0.0005;
/** Control ticks between looks at the predicted motion: 60 mm at 0.6 m/s, while each look covers the braking distance ahead. */
const STRIDE = 2;

/** The footprint plus clearance, swept along the way to rest, is free of scan points. */
export class BrakingDistance implements Guardrail {
  readonly name = "braking-distance";
  private readonly stopping: StoppingPath;
  private readonly sight: Sight;
  private readonly neededM: number;

  constructor(private readonly robot: RobotDescription) {
    this.stopping = new StoppingPath(robot);
    this.sight = new Sight(robot.scanner?.baseFromScan.yawRad ?? 0);
    this.neededM = robot.footprint.radiusM + robot.clearanceM;
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    const twist = asTwist(command);
    if (twist === undefined || this.robot.scanner === undefined) return undefined;
    const { surroundings, scan } = now;
    const unseenRad = surroundings === undefined || scan === undefined ? Math.PI : this.sight.unseenRad(scan, twist.vxMps);
    if (surroundings === undefined || unseenRad > 0) {
      return { violation: { guardrail: "braking-distance.blind", value: unseenRad, limit: 0, unit: "rad" } };
    }
    return this.stopping.judge(this.name, twist, now, (path) => distanceToPath(surroundings.pointsM, path), this.neededM, SAMPLED_M);
  }

  /**
   * The deepest intrusion into the clearance plus a spare, as a fraction of them: 0 touches them, 1 the obstacle, -1 is as much or more
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
    const { controlPeriodS } = this.robot;
    const depthM = this.robot.clearanceM + PLANNING_SPARE_M;
    const yaw = data[2]!;
    const back = data[3]! * controlPeriodS;
    const x0 = data[0]! - back * Math.cos(yaw);
    const y0 = data[1]! - back * Math.sin(yaw);
    const neededM = Math.min(this.neededM + PLANNING_SPARE_M, distanceToSegment(points, x0, y0, 0, 0));
    const farM = neededM + depthM;
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
        const ahead = this.stopping.aheadM(v);
        const turned = v === 0 ? 0 : (data[row + 5]! * ahead) / v;
        const heading = data[row + 2]! + turned / 2;
        const endX = x + ahead * Math.cos(heading);
        const endY = y + ahead * Math.sin(heading);
        if (slackM > 0) {
          const moved = (x - fromX) * (x - fromX) + (y - fromY) * (y - fromY);
          const endMoved = (endX - fromEndX) * (endX - fromEndX) + (endY - fromEndY) * (endY - fromEndY);
          if (moved < slackM * slackM && endMoved < slackM * slackM) continue;
        }
        const distance = distanceToSegment(points, x, y, endX - x, endY - y);
        if (distance < leastM) leastM = distance;
        slackM = distance - leastM;
        fromX = x;
        fromY = y;
        fromEndX = endX;
        fromEndY = endY;
      }
      margins[n] = (neededM - leastM) / depthM;
    }
    return margins;
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
    // The start, from which it is measured for who starts too near, lies one period before the first tick.
    const reach =
      this.stopping.aheadM(fastest) + fastest * this.robot.controlPeriodS + this.neededM + this.robot.clearanceM + 2 * PLANNING_SPARE_M;
    const kept: number[] = [];
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i]!;
      const y = points[i + 1]!;
      if (x > minX - reach && x < maxX + reach && y > minY - reach && y < maxY + reach) kept.push(x, y);
    }
    return Float32Array.from(kept);
  }
}
