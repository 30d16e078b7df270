// @ts-check
/**
 * A body of your own: a base on two tracks. Both tracks together give the speed, their difference the yaw rate, and neither can run faster than its motor:
 * at full speed the base cannot turn. Turning drags the tracks sideways over the floor, so that it also builds up more slowly than the speed does.
 *
 *     ./rehearse eval rooms --episodes 1 --set robot=examples/skid-steer.robot.yaml
 *
 * @param {import("rehearse").BodyApi} rehearse
 * @returns {import("rehearse").CustomBody}
 */
export default function skidSteer(rehearse) {
  return {
    ownNumbers: {
      track_width_m: { unit: "m", min: 0.05, max: 2 },
      track_speed_mps: { unit: "m/s", min: 0.05, max: 2 },
      drag_time_constant_s: { unit: "s", min: 0.01, max: 1 },
    },

    velocityAfter(robot) {
      const { drag_time_constant_s: timeConstantS = Number.NaN } = robot.own ?? {};
      return ([vx = 0, , yawRate = 0], [commandedVx = 0, , commandedYawRate = 0], durationS) => {
        const mostRps = robot.limits.yawAccelerationRps2 * durationS;
        const changeRps = (commandedYawRate - yawRate) * (1 - Math.exp(-durationS / timeConstantS));
        const speedMps = rehearse.speedAfter(robot, 0, vx, commandedVx, durationS);
        return [speedMps, 0, yawRate + Math.max(-mostRps, Math.min(mostRps, changeRps))];
      };
    },

    // Slower on both axes by the same factor: along the same curve.
    feasible(robot) {
      const { track_width_m: widthM = Number.NaN, track_speed_mps: mostMps = Number.NaN } = robot.own ?? {};
      return ([vx = 0, vy = 0, yawRate = 0]) => {
        const fasterTrackMps = Math.abs(vx) + (widthM / 2) * Math.abs(yawRate);
        // What is only rounding above is followed as it is: scaling once is enough.
        const factor = fasterTrackMps > mostMps * (1 + 1e-12) ? mostMps / fasterTrackMps : 1;
        return [vx * factor, vy, yawRate * factor];
      };
    },
  };
}
