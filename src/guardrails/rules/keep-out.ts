import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { outside } from "../region.js";
import { regionConstraint, regionRule } from "../region-rule.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal. */
export const keepOut: Guardrail<"keep-out"> = {
  id: "keep-out",
  violations: ["keep-out"],
  rule: (robot) => regionRule("keep-out", robot, regions(robot)),
  constraint: (robot) => regionConstraint(robot, regions(robot)),
};

function regions({ keepOutM }: RobotDescription) {
  return keepOutM.map(outside);
}
