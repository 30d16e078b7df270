import type { Guardrail } from "../../core/guardrail.js";

/**
 * A measured motion that is fresh but wrong: a position that jumps or drifts against its own velocity, a velocity that is frozen or does not
 * answer to the commands. Scan points are carried on by odometry and braking starts from it, so a wrong one must stop the robot. What counts as
 * wrong is in `history/measured-motion.ts`, since it takes more than one measurement to know.
 */
export const plausibleMotion: Guardrail<"plausible-motion"> = {
  id: "plausible-motion",
  violations: ["odometry.position", "odometry.angle", "odometry.vx", "odometry.vy", "odometry.yaw-rate", "joints.angle", "joints.velocity"],
  rule:
    () =>
    (_command, { motionFault }) =>
      motionFault && { violation: motionFault },
};
