import { RehearseError } from "../core/error.js";
import { excerpt } from "../core/visible-text.js";
import { nearestName } from "./nearest-name.js";
import {
  isNumber,
  type Parameter,
  type ParameterTable,
  type ParameterType,
  type ParameterValue,
  type ParameterValues,
  typeOf,
} from "./parameter.js";

const ARTICLE: Readonly<Record<ParameterType, string>> = {
  boolean: "true or false",
  integer: "an integer",
  number: "a number",
  text: "a text",
  "list of texts": "a list of texts",
};

/** The parameter of that name. @param where names the source of the value: a file, a command line. @throws RehearseError RH-PARAM-UNKNOWN */
export function parameterOf(table: ParameterTable, name: string, where: string): Parameter {
  // Objects inherit names that are not in the table: constructor, __proto__.
  if (Object.hasOwn(table, name)) return table[name]!;
  throw unknownParameter(name, Object.keys(table), where);
}

export function unknownParameter(name: string, known: readonly string[], where: string): RehearseError {
  // What it is compared with, and printed, comes from outside and can be of any length.
  const shown = excerpt(name);
  const nearest = nearestName(shown, known);
  return new RehearseError(
    "RH-PARAM-UNKNOWN",
    `no parameter is named '${shown}' (in ${where})`,
    nearest === undefined ? `known: ${[...known].sort().join(", ")}` : `did you mean ${nearest}?`,
    { details: { parameter: shown, known, nearest } },
  );
}

/** The value as the node keeps it. @throws RehearseError RH-PARAM-TYPE, RH-PARAM-RANGE */
export function checkParameter(name: string, parameter: Parameter, value: unknown, where: string): ParameterValue {
  const type = typeOf(parameter);
  const plain = typeof value === "bigint" ? Number(value) : value;
  if (!isOfType(type, plain)) {
    const shown = typeof plain === "number" ? plain : excerpt(JSON.stringify(plain) ?? "nothing");
    throw new RehearseError(
      "RH-PARAM-TYPE",
      `parameter '${name}' is ${shown} in ${where}`,
      `give ${ARTICLE[type]}; default: ${JSON.stringify(parameter.default)}`,
      { details: { parameter: name, expected: type, received: plain } },
    );
  }
  if (isNumber(parameter) && !((plain as number) >= parameter.min && (plain as number) <= parameter.max)) {
    const unit = parameter.unit === undefined ? "" : ` ${parameter.unit}`;
    throw new RehearseError(
      "RH-PARAM-RANGE",
      `parameter '${name}' is ${plain} in ${where}`,
      `give a value from ${parameter.min} to ${parameter.max}${unit}`,
      { details: { parameter: name, allowed: { min: parameter.min, max: parameter.max, unit: parameter.unit }, received: plain } },
    );
  }
  const choices = "oneOf" in parameter ? parameter.oneOf : undefined;
  if (choices !== undefined && !choices.includes(plain as string))
    throw new RehearseError(
      "RH-PARAM-RANGE",
      `parameter '${name}' is '${excerpt(plain as string)}' in ${where}`,
      `give one of: ${choices.join(", ")}`,
      {
        details: { parameter: name, allowed: { oneOf: choices }, received: plain },
      },
    );
  return Array.isArray(plain) ? Object.freeze([...plain]) : (plain as ParameterValue);
}

function isOfType(type: ParameterType, value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "list of texts":
      return Array.isArray(value) && value.every((entry) => typeof entry === "string");
  }
}

/** Defaults overlaid with `overrides`, frozen. @throws RehearseError RH-PARAM-UNKNOWN, RH-PARAM-TYPE, RH-PARAM-RANGE */
export function resolveParameters<T extends ParameterTable>(
  table: T,
  overrides: Readonly<Record<string, unknown>>,
  where: string,
): ParameterValues<T> {
  const values = new Map<string, ParameterValue>(Object.entries(table).map(([name, parameter]) => [name, parameter.default]));
  for (const [name, value] of Object.entries(overrides))
    values.set(name, checkParameter(name, parameterOf(table, name, where), value, where));
  return Object.freeze(Object.fromEntries(values)) as ParameterValues<T>;
}
