import type { JointState } from "../core/body.js";
import type { JointVelocityCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { Doubt } from "../core/guardrail.js";
import { header, stampToNs } from "./stamp.js";
import type { Float64MultiArrayMessage, JointStateMessage } from "./types.js";

/** @param names the joints in the order of the robot file; others are left out @throws RehearseError RH-JOINTS-NAMES when one is missing */
export function jointsFromMessage(message: JointStateMessage, names: readonly string[]): JointState {
  const at = names.map((name) => message.name.indexOf(name));
  const missing = names.filter((_, i) => at[i]! < 0 || message.position[at[i]!] === undefined || message.velocity[at[i]!] === undefined);
  if (missing.length > 0) {
    throw new RehearseError(
      "RH-JOINTS-NAMES",
      `joint states without position or velocity of ${missing.join(", ")} (they have: ${message.name.join(", ")})`,
      "compare the names of the joints in the robot file with those of joint_states",
    );
  }
  return {
    stampNs: stampToNs(message.header.stamp),
    positionsRad: at.map((i) => message.position[i]!),
    velocitiesRps: at.map((i) => message.velocity[i]!),
  };
}

/** Proposed velocities by name. NaN and missing ones pass as NaN: the judge behind must see them to refuse them. */
export function commandFromJoints(message: JointStateMessage, names: readonly string[]): JointVelocityCommand {
  return { kind: "joint-velocities", velocitiesRps: names.map((name) => message.velocity[message.name.indexOf(name)] ?? Number.NaN) };
}

/** Proposed velocities by name, as `commandFromJoints` reads them. @throws RehearseError RH-COMMAND-NAN */
export function commandMessageFromJoints(command: JointVelocityCommand, names: readonly string[], stampNs: bigint): JointStateMessage {
  return jointStateMessage(names, { positionsRad: [], velocitiesRps: finite(command).velocitiesRps, stampNs });
}

export function jointStateMessage(names: readonly string[], { positionsRad, velocitiesRps, stampNs }: JointState): JointStateMessage {
  return {
    header: header(stampNs, ""),
    name: [...names],
    position: Float64Array.from(positionsRad),
    velocity: Float64Array.from(velocitiesRps),
    effort: new Float64Array(0),
  };
}

/** As ros2_control's forward command controller takes it. @throws RehearseError RH-COMMAND-NAN */
export function multiArrayFromCommand(command: JointVelocityCommand): Float64MultiArrayMessage {
  return multiArray(finite(command).velocitiesRps);
}

export function commandFromMultiArray({ data }: Float64MultiArrayMessage): JointVelocityCommand {
  return { kind: "joint-velocities", velocitiesRps: [...data] };
}

function finite(command: JointVelocityCommand): JointVelocityCommand {
  const { velocitiesRps } = command;
  if (!velocitiesRps.every(Number.isFinite)) {
    throw new RehearseError(
      "RH-COMMAND-NAN",
      `a command of (${velocitiesRps.join(", ")} rad/s) was about to be sent`,
      "it was not sent; please report it with the recording of the run",
    );
  }
  return command;
}

/** `[surprise, uncertainty]`; the second may be left out. */
export function messageFromDoubt(surprise: number, ...uncertainty: readonly number[]): Float64MultiArrayMessage {
  return multiArray([surprise, ...uncertainty]);
}

export function doubtFromMessage({ data }: Float64MultiArrayMessage): Doubt {
  return { surprise: data[0], uncertainty: data[1] };
}

function multiArray(values: readonly number[]): Float64MultiArrayMessage {
  return { layout: { dim: [], data_offset: 0 }, data: Float64Array.from(values) };
}
