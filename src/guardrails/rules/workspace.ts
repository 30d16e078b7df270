import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { halfPlane, type Region } from "../region.js";
import { regionConstraint, regionRule } from "../region-rule.js";

/** The footprint stays within the bounds of the robot file. */
export const workspace: Guardrail<"workspace"> = {
  id: "workspace",
  violations: ["workspace"],
  rule: (robot) => regionRule("workspace", robot, sides(robot)),
  constraint: (robot) => regionConstraint(robot, sides(robot)),
};

function sides({ workspace }: RobotDescription): Region[] {
  if (workspace === undefined) return [];
  const [[left, right], [low, high]] = [workspace.xM, workspace.yM];
  return [halfPlane(1, 0, left), halfPlane(-1, 0, -right), halfPlane(0, 1, low), halfPlane(0, -1, -high)];
}
