import { TWIST } from "../core/command.js";
import type { Axis, Embodiment, FloorBody } from "../core/embodiment.js";
import type { RobotDescription } from "../core/robot-description.js";
import { type DifferentialDriveResponse, Drive } from "../motion/differential-drive.js";
import { FloorMotion } from "../motion/floor-motion.js";
import { axis, independently } from "./axis.js";
import { ODOMETRY, ODOMETRY_QUANTITIES } from "./odometry.js";

/** A body on the floor, commanded by twists and measured by odometry. What is given with `own` takes the place of what is common. */
export function base(drive: string, floor: FloorBody, own: Partial<Embodiment> = {}): Embodiment {
  return {
    drive,
    ownNumbers: {},
    measurement: ODOMETRY,
    ros: {
      proposed: { topic: "cmd_vel_proposed", type: "geometry_msgs/msg/TwistStamped" },
      command: { topic: "cmd_vel", type: "geometry_msgs/msg/TwistStamped" },
      unstampedType: "geometry_msgs/msg/Twist",
    },
    command: () => TWIST,
    axes: twistAxes,
    motion: (robot, maxStepS) => new FloorMotion((periodS) => floor.mover(robot, periodS, maxStepS)),
    velocityAfter: (robot) => independently(twistAxes(robot), robot.response.timeConstantS),
    proprioception: () => ODOMETRY_QUANTITIES,
    floor,
    ...own,
  };
}

/** Wheels that turn the body on the spot, and, `sideways`, move it sideways: speed and yaw rate are independent of one another. */
export function independentWheels(sideways: boolean): FloorBody {
  return {
    sideways,
    mover: (robot, durationS, maxStepS) => new Drive(durationS, driveResponse(robot, sideways), maxStepS),
    atSpeed: ({ yawRateRps }, vxMps, vyMps) => ({ vxMps, vyMps, yawRateRps }),
  };
}

function driveResponse({ limits, response }: RobotDescription, sideways: boolean): DifferentialDriveResponse {
  return {
    timeConstantS: response.timeConstantS,
    maxAccelerationMps2: limits.accelerationMps2,
    maxDecelerationMps2: limits.decelerationMps2,
    maxYawAccelerationRps2: limits.yawAccelerationRps2,
    sideways,
  };
}

export function twistAxes({ limits }: RobotDescription): [vx: Axis, vy: Axis, yawRate: Axis] {
  const speed = {
    accelerationPerS2: limits.accelerationMps2,
    decelerationPerS2: limits.decelerationMps2,
    emergencyDecelerationPerS2: Math.max(limits.decelerationMps2, limits.emergencyDecelerationMps2),
    jerkPerS3: limits.jerkMps3,
  };
  const turning = {
    accelerationPerS2: limits.yawAccelerationRps2,
    decelerationPerS2: limits.yawAccelerationRps2,
    emergencyDecelerationPerS2: limits.emergencyYawDecelerationRps2,
    jerkPerS3: limits.yawJerkRps3,
  };
  return [
    axis("vx", "m/s", -limits.reverseMps, limits.forwardMps, speed),
    axis("vy", "m/s", -limits.sidewaysMps, limits.sidewaysMps, speed),
    axis("yaw-rate", "rad/s", -limits.yawRateRps, limits.yawRateRps, turning),
  ];
}
