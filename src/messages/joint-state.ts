import type { JointState } from "../core/body.js";
import type { JointVelocityCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import { finiteVelocities } from "./multi-array.js";
import { type HeaderMessage, header, stampToNs } from "./stamp.js";

export interface JointStateMessage {
  readonly header: HeaderMessage;
  readonly name: readonly string[];
  readonly position: Float64Array | readonly number[];
  readonly velocity: Float64Array | readonly number[];
  readonly effort: Float64Array | readonly number[];
}

/** @param names the joints in the order of the robot file; others are left out @throws RehearseError RH-JOINTS-NAMES when one is missing */
export function jointsFromMessage(message: JointStateMessage, names: readonly string[]): JointState {
  const at = names.map((name) => message.name.indexOf(name));
  const missing = names.filter((_, i) => at[i]! < 0 || message.position[at[i]!] === undefined || message.velocity[at[i]!] === undefined);
  if (missing.length > 0) {
    throw new RehearseError(
      "RH-JOINTS-NAMES",
      `joint states without position or velocity of ${missing.join(", ")} (they have: ${message.name.join(", ")})`,
      "compare the names of the joints in the robot file with those of joint_states",
      { details: { missing, found: message.name } },
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
  return jointStateMessage(names, { positionsRad: [], velocitiesRps: finiteVelocities(command), stampNs });
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
