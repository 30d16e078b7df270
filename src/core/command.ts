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

export const STOP_TWIST: TwistCommand = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
