import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { values } from "../math/tensor.js";
import { allKept } from "./all-kept.js";
import { StoppingPath } from "./stopping-path.js";
import { asTwist } from "./twist.js";

/** What keep-out and workspace share: a region of the odometry frame that the footprint must not touch, on its way or while it brakes. */
export abstract class Region implements Guardrail {
  abstract readonly name: string;
  private readonly stopping: StoppingPath;

  constructor(private readonly robot: RobotDescription) {
    this.stopping = new StoppingPath(robot);
  }

  /** Metres from a point to the forbidden region, negative in it, +Infinity where there is none. */
  protected abstract distanceM(xM: number, yM: number): number;

  /** @returns the deepest intrusion of the footprint, in clearances; not below -1 */
  margin(motion: Tensor): Float32Array {
    const [samples, ticks] = motion.shape as [number, number, number];
    const { clearanceM, footprint } = this.robot;
    const data = values(motion);
    const margins = allKept(motion);
    for (let n = 0; n < samples; n++) {
      for (let t = 0; t < ticks; t++) {
        const row = (n * ticks + t) * MOTION_SIZE;
        const ahead = this.stopping.aheadM(data[row + 3]!);
        const yaw = data[row + 2]!;
        const distance = this.distanceM(data[row]! + ahead * Math.cos(yaw), data[row + 1]! + ahead * Math.sin(yaw));
        margins[n] = Math.max(margins[n]!, (footprint.radiusM - distance) / clearanceM);
      }
    }
    return margins;
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    const twist = asTwist(command);
    if (twist === undefined) return undefined;
    const least = (path: readonly number[]) => {
      let distance = Number.POSITIVE_INFINITY;
      for (let i = 0; i < path.length; i += 2) distance = Math.min(distance, this.distanceM(path[i]!, path[i + 1]!));
      return distance;
    };
    return this.stopping.judge(this.name, twist, now, least, this.robot.footprint.radiusM);
  }
}
