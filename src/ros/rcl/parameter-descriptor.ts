import { isNumber, type Parameter, type ParameterType, typeOf } from "../../parameters/parameter.js";
import type { Rcl } from "./rclnodejs.js";

type Descriptor = InstanceType<Rcl["ParameterDescriptor"]>;

/** `rcl_interfaces/msg/ParameterType`, by number: rclnodejs declares a constant enum, which isolated modules can't read. */
export const RCL_TYPES: Readonly<Record<ParameterType, number>> = { boolean: 1, integer: 2, number: 3, text: 4, "list of texts": 9 };

/** How a parameter describes itself to `ros2 param describe`, and to rqt, which draws a slider where there is a range. */
export function descriptorOf(rcl: Rcl, name: string, parameter: Parameter): Descriptor {
  const type = typeOf(parameter);
  const unit = isNumber(parameter) && parameter.unit !== undefined ? ` [${parameter.unit}]` : "";
  const descriptor = new rcl.ParameterDescriptor(
    name,
    RCL_TYPES[type] as never,
    `${parameter.description}${unit}`,
    parameter.dynamic !== true,
  );
  if ("oneOf" in parameter && parameter.oneOf !== undefined) descriptor.additionalConstraints = `one of ${parameter.oneOf.join(", ")}`;
  if (!isNumber(parameter)) return descriptor;
  const { min, max } = parameter;
  // rclnodejs drops the range when it builds the message; and it would refuse values outside it with another error text than ours.
  const ranges =
    type === "integer"
      ? { integer_range: [{ from_value: BigInt(min), to_value: BigInt(max), step: 1n }] }
      : { floating_point_range: [{ from_value: min, to_value: max, step: 0 }] };
  const withoutRange = descriptor as unknown as { toMessage(): object };
  const message = withoutRange.toMessage.bind(descriptor);
  withoutRange.toMessage = () => ({ ...message(), ...ranges });
  return descriptor;
}
