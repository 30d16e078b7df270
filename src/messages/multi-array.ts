import type { JointVelocityCommand } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { ModelUncertainty } from "../core/guardrail.js";
import type { Quantity } from "../core/model.js";

export interface Float64MultiArrayMessage {
  readonly layout: {
    readonly dim: readonly { readonly label: string; readonly size: number; readonly stride: number }[];
    readonly data_offset: number;
  };
  readonly data: Float64Array | readonly number[];
}

/** As ros2_control's forward command controller takes it. @throws RehearseError RH-COMMAND-NAN */
export function multiArrayFromCommand(command: JointVelocityCommand): Float64MultiArrayMessage {
  return multiArray(finiteVelocities(command));
}

export function commandFromMultiArray({ data }: Float64MultiArrayMessage): JointVelocityCommand {
  return { kind: "joint-velocities", velocitiesRps: [...data] };
}

/** @throws RehearseError RH-COMMAND-NAN when one isn't finite: nothing that leaves a node of ours may be */
export function finiteVelocities({ velocitiesRps }: JointVelocityCommand): readonly number[] {
  if (velocitiesRps.every(Number.isFinite)) return velocitiesRps;
  throw new RehearseError(
    "RH-COMMAND-NAN",
    `a command of (${velocitiesRps.join(", ")} rad/s) was about to be sent`,
    "it was not sent; please report it with the recording of the run",
  );
}

/** `[surprise, uncertainty]`; the second may be left out. */
export function messageFromUncertainty(surprise: number, ...uncertainty: readonly number[]): Float64MultiArrayMessage {
  return multiArray([surprise, ...uncertainty]);
}

export function uncertaintyFromMessage({ data }: Float64MultiArrayMessage): ModelUncertainty {
  return { surprise: data[0], uncertainty: data[1] };
}

/** Ground truth of a simulated world. Unstamped, as the type is: the time of recording counts. The label names them: `block.x [m], block.y [m]`. */
export function messageFromTruth(quantities: readonly Quantity[], numbers: readonly number[]): Float64MultiArrayMessage {
  const label = quantities.map(({ name, unit }) => `${name} [${unit}]`).join(", ");
  return { ...multiArray(numbers), layout: { dim: [{ label, size: numbers.length, stride: numbers.length }], data_offset: 0 } };
}

function multiArray(values: readonly number[]): Float64MultiArrayMessage {
  return { layout: { dim: [], data_offset: 0 }, data: Float64Array.from(values) };
}
