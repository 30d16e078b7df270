import type { RobotDescription } from "../core/robot-description.js";
import { clamp } from "../math/angle.js";
import { secondsBetween } from "../math/seconds.js";
import { axesOf, measured, valuesOf } from "./axes.js";
import { clamped, rule, stop, worstTick } from "./rule.js";

/** Planning keeps this much of its range to each side of a joint free, and so does not end at the gate. */
const SPARE_RAD = 0.02;

/**
 * Each joint can still stop before the end of its range. The way to rest from a velocity v is `v·(r + τ) + v²/2d`: one reaction time under the
 * command, then braking with the joint's deceleration, behind its command by its lag. Solved for v, that is the fastest command towards the
 * end from where the joint will be when the command acts; away from the end there is no limit. The one-dimensional stopping path.
 */
export function jointRange(robot: RobotDescription) {
  const { joints, response, staleness } = robot;
  const axes = axesOf(robot);
  const fastest = (i: number, roomRad: number) => {
    const d = joints[i]!.decelerationRps2;
    const lag = d * (response.reactionS + response.timeConstantS);
    return roomRad > 0 ? Math.sqrt(lag * lag + 2 * d * roomRad) - lag : 0;
  };
  return rule(
    "joint-range",
    (command, now) => {
      const body = measured(robot, now);
      if (body === undefined) return stop("joint-range", Number.NaN, 0, "rad");
      const waitS = clamp(secondsBetween(body.stampNs, now.nowNs), 0, staleness.odometryS) + response.commandDelayS;
      const last = valuesOf(now.lastOutput);
      const ruling = clamped("joint-range", axes, command, (i) => {
        const [low, high] = joints[i]!.positionRad;
        const upRps = Math.max(body.velocity[i]!, last[i]!, 0);
        const downRps = Math.max(-body.velocity[i]!, -last[i]!, 0);
        return [-fastest(i, body.position[i]! - downRps * waitS - low), fastest(i, high - body.position[i]! - upRps * waitS)];
      });
      return ruling && { ...ruling, slows: true };
    },
    // How far beyond its range a joint would come to rest, in spares; rows are positions, then velocities.
    (motion) =>
      worstTick(motion, (data, row) => {
        let worst = -1;
        for (const [i, { positionRad, decelerationRps2 }] of joints.entries()) {
          const v = data[row + joints.length + i]!;
          const rest =
            data[row + i]! +
            v * (response.reactionS + response.commandDelayS + response.timeConstantS + Math.abs(v) / (2 * decelerationRps2));
          worst = Math.max(worst, (rest - positionRad[1]) / SPARE_RAD + 1, (positionRad[0] - rest) / SPARE_RAD + 1);
        }
        return worst;
      }),
  );
}
