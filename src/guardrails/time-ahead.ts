import type { RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import type { Ahead } from "../motion/polygons-ahead.js";

/** For planning, without the lag: the time in which a speed, if it stayed, would lead to where the body comes to rest. */
export function timeAheadS({ limits, response }: RobotDescription): (speedMps: number) => number {
  return (speedMps) => response.reactionS + response.commandDelayS + speedMps / (2 * limits.decelerationMps2);
}

/** The same for turning, too. A base whose turning ends with its driving turns on for as long as it drives on. */
export function aheadOf(robot: RobotDescription): Ahead {
  const { limits, response } = robot;
  const timeS = timeAheadS(robot);
  const turnsWhileDriving = embodimentOf(robot).floor!.atSpeed({ vxMps: 1, vyMps: 0, yawRateRps: 1 }, 0, 0).yawRateRps === 0;
  return {
    timeS,
    turnS: (yawRateRps, speedMps) =>
      turnsWhileDriving
        ? timeS(speedMps)
        : response.reactionS + response.commandDelayS + Math.abs(yawRateRps) / (2 * limits.yawAccelerationRps2),
  };
}
