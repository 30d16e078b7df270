import type { RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import type { Ahead } from "../motion/polygons-ahead.js";
import { plannedHoldS } from "./held-time.js";

/** For planning, without the lag: the time in which a speed, if it stayed, would lead to where the body comes to rest. */
export function timeAheadS(robot: RobotDescription): (speedMps: number) => number {
  const { limits, response } = robot;
  const heldS = plannedHoldS(robot);
  return (speedMps) => heldS + response.commandDelayS + speedMps / (2 * limits.decelerationMps2);
}

/** The same for turning, too. A base whose turning ends with its driving turns on for as long as it drives on. */
export function aheadOf(robot: RobotDescription): Ahead {
  const { limits, response } = robot;
  const heldS = plannedHoldS(robot);
  const timeS = timeAheadS(robot);
  const turnsWhileDriving = embodimentOf(robot).floor!.atSpeed({ vxMps: 1, vyMps: 0, yawRateRps: 1 }, 0, 0).yawRateRps === 0;
  return {
    timeS,
    turnS: (yawRateRps, speedMps) =>
      turnsWhileDriving ? timeS(speedMps) : heldS + response.commandDelayS + Math.abs(yawRateRps) / (2 * limits.yawAccelerationRps2),
  };
}
