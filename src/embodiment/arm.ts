import type { Axis, Embodiment } from "../core/embodiment.js";
import type { RobotDescription } from "../core/robot-description.js";
import { JointVelocities } from "../motion/joint-velocities.js";
import { axis, independently } from "./axis.js";
import { JOINT_STATES } from "./joint-states.js";

/** An arm on a fixed base, commanded by the velocities of its joints. Each joint stands for itself, and brakes with what it can hold. */
export const arm: Embodiment = {
  drive: "joints",
  ownNumbers: {},
  measurement: JOINT_STATES,
  ros: {
    proposed: { topic: "commands_proposed", type: "sensor_msgs/msg/JointState" },
    command: { topic: "commands", type: "std_msgs/msg/Float64MultiArray" },
  },
  command: ({ joints }) => ({ kind: "joint-velocities", names: joints.map(({ name }) => name) }),
  axes: jointAxes,
  motion: (robot, maxStepS) => new JointVelocities(responses(robot), maxStepS),
  velocityAfter: (robot) => independently(jointAxes(robot), robot.response.timeConstantS),
  proprioception: ({ joints }) => joints.flatMap(({ name }) => [`${name}.position`, `${name}.velocity`]),
};

function jointAxes({ joints }: RobotDescription): readonly Axis[] {
  return joints.map(({ name, velocityRps, accelerationRps2, decelerationRps2, jerkRps3 }) =>
    axis(name, "rad/s", -velocityRps, velocityRps, {
      accelerationPerS2: accelerationRps2,
      decelerationPerS2: decelerationRps2,
      emergencyDecelerationPerS2: decelerationRps2,
      jerkPerS3: jerkRps3,
    }),
  );
}

function responses({ joints, response: { timeConstantS } }: RobotDescription) {
  return joints.map((j) => ({ timeConstantS, accelerationPerS2: j.accelerationRps2, decelerationPerS2: j.decelerationRps2 }));
}
