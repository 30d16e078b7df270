import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { type DistanceM, regionConstraint, regionRule } from "../region.js";

/** The footprint stays within the bounds of the robot file. */
export const workspace: Guardrail<"workspace"> = {
  id: "workspace",
  violations: ["workspace"],
  rule: (robot) => regionRule("workspace", robot, distancesM(robot)),
  constraint: (robot) => regionConstraint(robot, distancesM(robot)),
};

/** Distance from each of the four sides. */
function distancesM({ workspace }: RobotDescription): DistanceM[] {
  if (workspace === undefined) return [];
  const [[left, right], [low, high]] = [workspace.xM, workspace.yM];
  return [(xM) => xM - left, (xM) => right - xM, (_, yM) => yM - low, (_, yM) => high - yM];
}
