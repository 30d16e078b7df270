import type { parse } from "@foxglove/rosmsg";
import { ros2jazzy } from "@foxglove/rosmsg-msgs-common";

type MessageDefinition = ReturnType<typeof parse>[number];
type MessageDefinitionField = MessageDefinition["definitions"][number];

const SEPARATOR = "=".repeat(80);

/** Types that the parsed definitions treat as primitive, though ROS 2 defines them as messages. */
const STRUCTURED_PRIMITIVES: Readonly<Record<string, string>> = {
  time: "builtin_interfaces/Time",
  duration: "builtin_interfaces/Duration",
};

const DEFINITIONS = ros2jazzy as unknown as Readonly<Record<string, MessageDefinition>>;

/** A type and everything it is made of, itself first; undefined when it is not one of ROS 2's common types. */
export function knownDefinitions(type: string): MessageDefinition[] | undefined {
  const root = DEFINITIONS[shortName(type)];
  if (root === undefined) return undefined;
  const found = [root];
  for (let i = 0; i < found.length; i++) {
    for (const field of found[i]!.definitions) {
      const nested = field.isComplex === true ? field.type : STRUCTURED_PRIMITIVES[field.type];
      const definition = nested === undefined ? undefined : DEFINITIONS[nested];
      if (definition !== undefined && !found.includes(definition)) found.push(definition);
    }
  }
  return found;
}

/** Text of a `ros2msg` schema (MCAP registry): the .msg of the type, then of each type it uses under a `MSG:` line. */
export function definitionText(type: string): string | undefined {
  return knownDefinitions(type)
    ?.map((definition, i) => (i === 0 ? "" : `${SEPARATOR}\nMSG: ${definition.name}\n`) + definition.definitions.map(fieldLine).join(""))
    .join("");
}

function fieldLine(field: MessageDefinitionField): string {
  const type = STRUCTURED_PRIMITIVES[field.type] ?? field.type;
  if (field.isConstant === true) return `${type} ${field.name}=${field.valueText ?? String(field.value)}\n`;
  const bound = field.upperBound === undefined ? "" : `<=${field.upperBound}`;
  const size = field.arrayUpperBound === undefined ? (field.arrayLength ?? "") : `<=${field.arrayUpperBound}`;
  const value = field.defaultValue === undefined ? "" : ` ${String(field.defaultValue)}`;
  return `${type}${bound}${field.isArray === true ? `[${size}]` : ""} ${field.name}${value}\n`;
}

/** `sensor_msgs/msg/Image` → `sensor_msgs/Image` */
function shortName(type: string): string {
  return type.replace("/msg/", "/");
}
