/** What a robot is commanded to do until the next command. Limits are per kind. */
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

/** The numbers of a twist, as models name them; an arm's command is made of the velocities of its joints, by their names. */
export const TWIST_NUMBERS = ["linear.x", "linear.y", "angular.z"] as const;

/** What the commands of one robot are made of: their kind, and their numbers in order, as models name them. */
export interface CommandNumbers {
  readonly kind: Command["kind"];
  readonly names: readonly string[];
}

export const TWIST: CommandNumbers = { kind: "twist", names: TWIST_NUMBERS };

export const STOP_TWIST: TwistCommand = Object.freeze({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 });

/** All zero. */
export function restCommand({ kind, names }: CommandNumbers): Command {
  return kind === "twist" ? STOP_TWIST : { kind, velocitiesRps: names.map(() => 0) };
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

/** A command of `command`'s kind: on each axis the value nearer to zero; zero where the two disagree in sign, or one is not a number. */
export function slower(other: Command, command: Command): Command {
  const values = other.kind === command.kind ? valuesOf(other) : [];
  return withValues(
    command,
    valuesOf(command).map((v, i) =>
      Math.sign(v) === Math.sign(values[i]!) ? Math.sign(v) * Math.min(Math.abs(v), Math.abs(values[i]!)) : 0,
    ),
  );
}

export function sameCommand(a: Command, b: Command): boolean {
  const [x, y] = [valuesOf(a), valuesOf(b)];
  return a.kind === b.kind && x.length === y.length && x.every((v, i) => v === y[i]);
}
