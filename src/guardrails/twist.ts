import type { Command, TwistCommand } from "../core/command.js";

/** The command if it is a twist; rules for twists have nothing to say on others, which the gate refuses by kind. */
export function asTwist(command: Command): TwistCommand | undefined {
  return command.kind === "twist" ? command : undefined;
}

/** v and ω together, so that the curvature stays. */
export function scaled(command: TwistCommand, factor: number): TwistCommand {
  return { kind: "twist", vxMps: command.vxMps * factor, vyMps: command.vyMps * factor, yawRateRps: command.yawRateRps * factor };
}

/** Each component the one nearer to zero; zero where the two disagree in sign. */
export function slower(a: TwistCommand, b: TwistCommand): TwistCommand {
  return {
    kind: "twist",
    vxMps: nearer(a.vxMps, b.vxMps),
    vyMps: nearer(a.vyMps, b.vyMps),
    yawRateRps: nearer(a.yawRateRps, b.yawRateRps),
  };
}

export function sameTwist(a: TwistCommand, b: TwistCommand): boolean {
  return a.vxMps === b.vxMps && a.vyMps === b.vyMps && a.yawRateRps === b.yawRateRps;
}

export function isFiniteTwist(twist: Omit<TwistCommand, "kind">): boolean {
  return Number.isFinite(twist.vxMps) && Number.isFinite(twist.vyMps) && Number.isFinite(twist.yawRateRps);
}

function nearer(a: number, b: number): number {
  if (a > 0 && b > 0) return Math.min(a, b);
  return a < 0 && b < 0 ? Math.max(a, b) : 0;
}
