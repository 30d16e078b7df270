/** What a robot is told to do until the next command. Limits are per kind. */
export type Command = TwistCommand | JointVelocityCommand;

export interface TwistCommand {
  readonly kind: "twist";
  readonly vxMps: number;
  readonly vyMps: number;
  readonly yawRateRps: number;
}

export interface JointVelocityCommand {
  readonly kind: "joint-velocities";
  /** One per joint, in the order of the robot file. */
  readonly velocitiesRps: readonly number[];
}

/** What a base's command is made of, as models name it; an arm's command is made of the velocities of its joints, by their names. */
export const TWIST_NUMBERS = ["linear.x", "linear.y", "angular.z"] as const;

export const STOP_TWIST: TwistCommand = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
