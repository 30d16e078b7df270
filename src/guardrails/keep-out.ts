import type { Polygon, RobotDescription } from "../core/robot-description.js";
import { signedDistance } from "../math/polygon.js";
import { Region } from "./region.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export class KeepOut extends Region {
  readonly name = "keep-out";
  private readonly polygons: readonly Polygon[];

  constructor(robot: RobotDescription) {
    super(robot);
    this.polygons = robot.keepOutM;
  }

  protected distanceM(xM: number, yM: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const polygon of this.polygons) least = Math.min(least, signedDistance(polygon, xM, yM));
    return least;
  }
}
