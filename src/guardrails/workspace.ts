import type { RobotDescription } from "../core/robot-description.js";
import { Region } from "./region.js";

/** The footprint stays within the bounds of the robot file. */
export class Workspace extends Region {
  readonly name = "workspace";
  private readonly bounds: RobotDescription["workspace"];

  constructor(robot: RobotDescription) {
    super(robot);
    this.bounds = robot.workspace;
  }

  protected distanceM(xM: number, yM: number): number {
    if (this.bounds === undefined) return Number.POSITIVE_INFINITY;
    const { xM: x, yM: y } = this.bounds;
    return Math.min(xM - x[0], x[1] - xM, yM - y[0], y[1] - yM);
  }
}
