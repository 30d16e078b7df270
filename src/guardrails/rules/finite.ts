import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { axesOf, measured, restOf } from "../axes.js";
import { alongEach, stop } from "../rule.js";

/** Scan points and predicted motion are in single precision: farther from the origin of odometry than this, it blurs millimetres. */
const FAR = 4096;

/**
 * Comes first: every comparison with a NaN is false, so that every limit after it would let NaN through. There is no nearest command:
 * NaN has no neighbours. A motion with a value that is not a number has the worst margin.
 */
export const finite: Guardrail<"finite"> = {
  id: "finite",
  violations: ["finite.command", "finite.odometry", "finite.joints", "finite.position", "finite.scan"],
  rule(robot) {
    const { kind } = restOf(robot);
    const whole = isFiniteFor(robot);
    return (command, context) => {
      if (command.kind !== kind || !whole(valuesOf(command))) return stop("finite.command", 1, 0, "1");
      const body = measured(robot, context);
      if (body && !(whole(body.position) && whole(body.velocity)))
        return stop(context.joints ? "finite.joints" : "finite.odometry", 1, 0, "1");
      const farthest = Math.max(...(body?.position ?? []).map(Math.abs));
      if (farthest > FAR) return stop("finite.position", farthest, FAR, "1");
      const { angleMinRad = 0, angleIncrementRad = 0, rangeMinM = 0, rangeMaxM = 0 } = context.scan ?? {};
      return Number.isFinite(angleMinRad + angleIncrementRad + rangeMinM + rangeMaxM) ? undefined : stop("finite.scan", 1, 0, "1");
    };
  },
  constraint: () => (motion) =>
    alongEach(motion, (values, from, to) => {
      // A value minus itself is 0, unless it is not a number or infinite.
      let none = 0;
      for (let i = from; i < to; i++) none += values[i]! - values[i]!;
      return none === 0 ? -1 : Number.POSITIVE_INFINITY;
    }),
};

/** As many numbers as the robot has axes, all of them finite. */
export function isFiniteFor(robot: RobotDescription): (values: readonly number[]) => boolean {
  const { length } = axesOf(robot);
  return (values) => values.length === length && values.every(Number.isFinite);
}
