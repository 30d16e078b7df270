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

/** All zero. @param joints how many an arm has; 0: a base */
export function stopOf(joints: number): Command {
  return joints > 0 ? { kind: "joint-velocities", velocitiesRps: Array.from({ length: joints }, () => 0) } : STOP_TWIST;
}

/** Its numbers: in the order of `TWIST_NUMBERS`, or one per joint. */
export function valuesOf(command: Command): readonly number[] {
  return command.kind === "twist" ? [command.vxMps, command.vyMps, command.yawRateRps] : command.velocitiesRps;
}

/** A command of the same kind with other numbers; negative zero becomes zero. */
export function withValues({ kind }: Command, values: readonly number[]): Command {
  const [vxMps = 0, vyMps = 0, yawRateRps = 0] = values.map((v) => v + 0);
  return kind === "twist" ? { kind, vxMps, vyMps, yawRateRps } : { kind, velocitiesRps: values.map((v) => v + 0) };
}
