import { valuesOf } from "../../core/command.js";
import type { Guardrail } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { clamp } from "../../math/angle.js";
import { secondsBetween } from "../../math/seconds.js";
import { axesOf, measured } from "../axes.js";
import { heldTimeS, plannedHoldS } from "../held-time.js";
import { alongEach, clamped, stop } from "../rule.js";

/** Planning keeps this much of a joint's range free at each end, so that its plans pass the gate. */
const SPARE_RAD = 0.02;

/**
 * Each joint can still stop before the end of its range: the one-dimensional stopping path. A joint that moves with u goes on so for the time w
 * until a command c acts, follows that for as long as it may be held, r, then brakes with its deceleration d, always behind its command by its lag τ:
 * `u·w + c·r + max(u, c)·τ + c²/2d`. Solved for c, that is the fastest command towards the end; away from it there is no limit.
 */
export const jointRange: Guardrail<"joint-range"> = {
  id: "joint-range",
  violations: ["joint-range"],
  rule(robot) {
    const { joints, response, staleness } = robot;
    const axes = axesOf(robot);
    const fastestRps = fastestFor(robot);
    return (command, context) => {
      const body = measured(robot, context);
      if (body === undefined) return stop("joint-range", Number.NaN, 0, "rad");
      const waitS = clamp(secondsBetween(body.stampNs, context.nowNs), 0, staleness.odometryS) + response.commandDelayS;
      // Commands sent since this measurement, and those still pending then, may have moved the joint on.
      const since = context.outputs.filter(
        ({ atNs }) => secondsBetween(atNs, context.nowNs) <= waitS + Math.max(response.reactionS, context.worstIntervalS),
      );
      const heldS = heldTimeS(robot, context);
      const sent = [body.velocity, valuesOf(context.lastOutput), ...since.map(({ values }) => values)];
      const ruling = clamped("joint-range", axes, command, (i) => {
        const [low, high] = joints[i]!.positionRad;
        const upRps = Math.max(0, ...sent.map((values) => values[i]!));
        const downRps = Math.max(0, ...sent.map((values) => -values[i]!));
        const q = body.position[i]!;
        return [-fastestRps(i, q - downRps * waitS - low, downRps, heldS), fastestRps(i, high - q - upRps * waitS, upRps, heldS)];
      });
      return ruling && { ...ruling, slows: true };
    };
  },
  // How far beyond its range a joint would come to rest, in spares; rows are positions, then velocities.
  constraint: (robot) => {
    const { joints, response } = robot;
    const heldS = plannedHoldS(robot);
    return (motion) =>
      alongEach(motion, (values, from, to, size) => {
        let worst = -1;
        for (let row = from; row < to; row += size) {
          for (const [i, { positionRad, decelerationRps2 }] of joints.entries()) {
            const v = values[row + joints.length + i]!;
            const coastS = heldS + response.commandDelayS + response.timeConstantS + Math.abs(v) / (2 * decelerationRps2);
            const rest = values[row + i]! + v * coastS;
            worst = Math.max(worst, (rest - positionRad[1]) / SPARE_RAD + 1, (positionRad[0] - rest) / SPARE_RAD + 1);
          }
        }
        return worst;
      });
  },
};

/** The fastest command of a joint that has so much room left towards an end, and moves so fast towards it. */
function fastestFor({ joints, response }: RobotDescription) {
  return (i: number, roomRad: number, towardsRps: number, heldS: number): number => {
    const d = joints[i]!.decelerationRps2;
    const solved = (forS: number, leftRad: number) => (leftRad > 0 ? Math.sqrt((d * forS) ** 2 + 2 * d * leftRad) - d * forS : 0);
    const slower = solved(heldS, roomRad - towardsRps * response.timeConstantS);
    return slower <= towardsRps ? slower : solved(heldS + response.timeConstantS, roomRad);
  };
}
