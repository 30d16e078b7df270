import { type TwistCommand, valuesOf } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Vector3Message } from "./pose.js";
import { type HeaderMessage, header } from "./stamp.js";

export interface TwistMessage {
  readonly linear: Vector3Message;
  readonly angular: Vector3Message;
}

export interface TwistStampedMessage {
  readonly header: HeaderMessage;
  readonly twist: TwistMessage;
}

/** NaN and infinities pass: the judge behind must see them to refuse them. */
export function commandFromTwist(message: TwistMessage): TwistCommand {
  return { kind: "twist", vxMps: message.linear.x, vyMps: message.linear.y, yawRateRps: message.angular.z };
}

/** What a robot was commanded, from a recording. @throws RehearseError RH-COMMAND-NAN: no robot can have done what is not a number */
export function executedCommand(message: TwistStampedMessage | TwistMessage): TwistCommand {
  const command = commandFromTwist("twist" in message ? message.twist : message);
  if (valuesOf(command).every(Number.isFinite)) return command;
  throw new RehearseError("RH-COMMAND-NAN", `a recorded command is (${valuesOf(command).join(", ")})`, "check the node that sent it");
}

/** @throws RehearseError RH-COMMAND-NAN when a part isn't finite: nothing that leaves a node of ours may be */
export function twistFromCommand(command: TwistCommand): TwistMessage {
  if (!(Number.isFinite(command.vxMps) && Number.isFinite(command.vyMps) && Number.isFinite(command.yawRateRps))) {
    throw new RehearseError(
      "RH-COMMAND-NAN",
      `a command of (${command.vxMps}, ${command.vyMps} m/s, ${command.yawRateRps} rad/s) was about to be sent`,
      "it was not sent; please report it with the recording of the run",
    );
  }
  return { linear: { x: command.vxMps, y: command.vyMps, z: 0 }, angular: { x: 0, y: 0, z: command.yawRateRps } };
}

export function twistStampedFromCommand(command: TwistCommand, stampNs: bigint, frameId: string): TwistStampedMessage {
  return { header: header(stampNs, frameId), twist: twistFromCommand(command) };
}
