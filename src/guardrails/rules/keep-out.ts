import type { Check, Guardrail } from "../../core/guardrail.js";
import type { Polygon, RobotDescription } from "../../core/robot-description.js";
import { outside } from "../region.js";
import { regionConstraint, regionRule } from "../region-rule.js";
import { stop } from "../rule.js";

/** The footprint stays out of the polygons of the robot file, goal or no goal, and out of those that are said while it drives. */
export const keepOut: Guardrail<"keep-out"> = {
  id: "keep-out",
  violations: ["keep-out", "keep-out.unknown"],
  rule(robot) {
    const fixed = regions(robot);
    // They change rarely, and are many ticks old: what follows from them is computed once.
    let known: { readonly zonesM: readonly Polygon[]; readonly check: Check<"keep-out"> | undefined } = {
      zonesM: [],
      check: regionRule("keep-out", robot, fixed),
    };
    return (command, context) => {
      const { zonesM = [] } = context;
      if (zonesM === "unknown") return stop("keep-out.unknown", 1, 0, "1");
      const isKnown = zonesM === known.zonesM || (zonesM.length === 0 && known.zonesM.length === 0);
      if (!isKnown) known = { zonesM, check: regionRule("keep-out", robot, [...fixed, ...zonesM.map(outside)]) };
      return known.check?.(command, context);
    };
  },
  constraint: (robot) => regionConstraint(robot, regions(robot)),
};

function regions({ keepOutM }: RobotDescription) {
  return keepOutM.map(outside);
}
