import { RehearseError } from "../core/error.js";

type Value = string | number | boolean;

/** One parameter of a node: its default fixes its type. */
export interface Parameter<T extends Value = Value> {
  readonly default: T;
  /** One line: what it does, in which unit. */
  readonly description: string;
  readonly integer?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  /** May be changed while the node runs. */
  readonly dynamic?: boolean;
}

export type ParameterTable = Readonly<Record<string, Parameter>>;
type Widen<T> = T extends number ? number : T extends boolean ? boolean : string;
export type ParameterValues<T extends ParameterTable> = { readonly [K in keyof T]: Widen<T[K]["default"]> };

/** Throws RH-PARAM-TYPE or RH-PARAM-RANGE; `where` names the source of the value (a file, a command line). */
export function checkParameter(name: string, parameter: Parameter, value: unknown, where: string): Value {
  const wanted = typeof parameter.default;
  if (typeof value !== wanted || (wanted === "number" && !Number.isFinite(value)) || (parameter.integer && !Number.isInteger(value))) {
    throw new RehearseError(
      "RH-PARAM-TYPE",
      `parameter '${name}' is ${JSON.stringify(value)} in ${where}`,
      `give ${parameter.integer ? "an integer" : `a ${wanted}`}; default: ${parameter.default}`,
    );
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, oneOf } = parameter;
  if (typeof value === "number" && (value < min || value > max)) {
    throw new RehearseError("RH-PARAM-RANGE", `parameter '${name}' is ${value} in ${where}`, `give a value from ${min} to ${max}`);
  }
  if (oneOf !== undefined && !oneOf.includes(value as string)) {
    throw new RehearseError("RH-PARAM-RANGE", `parameter '${name}' is '${value}' in ${where}`, `give one of: ${oneOf.join(", ")}`);
  }
  return value as Value;
}

/** Defaults overlaid with `overrides`, frozen. Throws RH-PARAM-UNKNOWN for a name that the table does not have. */
export function resolveParameters<T extends ParameterTable>(
  table: T,
  overrides: Readonly<Record<string, unknown>>,
  where: string,
): ParameterValues<T> {
  const values: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(table)) values[name] = parameter.default;
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = table[name];
    if (parameter === undefined) {
      throw new RehearseError(
        "RH-PARAM-UNKNOWN",
        `no parameter is named '${name}' (in ${where})`,
        `known: ${Object.keys(table).sort().join(", ")}`,
      );
    }
    values[name] = checkParameter(name, parameter, value, where);
  }
  return Object.freeze(values) as ParameterValues<T>;
}
