import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { signedDistance } from "../../math/polygon.js";
import { regionConstraint, regionRule } from "../region.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export const keepOut: Guardrail<"keep-out"> = {
  id: "keep-out",
  violations: ["keep-out"],
  rule: (robot) => regionRule("keep-out", robot, distancesM(robot)),
  constraint: (robot) => regionConstraint(robot, distancesM(robot)),
};

function distancesM({ keepOutM }: RobotDescription) {
  return keepOutM.map((polygon) => (xM: number, yM: number) => signedDistance(polygon, xM, yM));
}
