import { parseDocument } from "yaml";
import { RehearseError } from "../core/error.js";
import { stampFromNs } from "../messages/stamp.js";
import type { Field } from "../ros/clients/graph-client.js";

type Fields = (type: string) => readonly Field[];

const INTEGERS: Readonly<Record<string, readonly [min: bigint, max: bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  byte: [0n, 255n],
  char: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * A message of a type from YAML as people write it on a command line: fields that are left out have their default, `auto` for a header and `now` for a time are
 * the present time.
 * @param type for errors
 * @throws RehearseError RH-ROS-MESSAGE: what is not a field of the type, or not a value of that field
 */
export function messageFromYaml(text: string, type: string, fields: readonly Field[], fieldsOf: Fields, nowNs: () => bigint): object {
  const document = parseDocument(text, { intAsBigInt: true });
  if (document.errors.length > 0) {
    const reason = document.errors[0]!.message.split("\n")[0];
    throw new RehearseError("RH-ROS-MESSAGE", `the message is not YAML: ${reason}`, "quote it for the shell, e.g. '{data: true}'");
  }
  return messageOf(document.toJS({ maxAliasCount: 0 }) ?? {}, { type, fields, at: "" }, fieldsOf, nowNs);
}

interface Place {
  readonly type: string;
  readonly fields: readonly Field[];
  /** Path of the field within the message; empty for all of it. */
  readonly at: string;
}

function messageOf(value: unknown, { type, fields, at }: Place, fieldsOf: Fields, nowNs: () => bigint): object {
  if (type === "builtin_interfaces/msg/Time" && value === "now") return stampFromNs(nowNs());
  if (type === "std_msgs/msg/Header" && value === "auto") return { stamp: stampFromNs(nowNs()), frame_id: "" };
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw refused(at, `${describe(value)} is no ${type}`, fields);
  const names = fields.map(({ name }) => name);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refused(at, `${type} has no field ${unknown}`, fields);
  return Object.fromEntries(
    fields.map((field) => {
      const given = Object.hasOwn(value, field.name) ? (value as Record<string, unknown>)[field.name] : undefined;
      return [field.name, fieldOf(given, field, at === "" ? field.name : `${at}.${field.name}`, fieldsOf, nowNs)];
    }),
  );
}

function fieldOf(value: unknown, field: Field, at: string, fieldsOf: Fields, nowNs: () => bigint): unknown {
  const { isArray, isFixedSizeArray, arraySize } = field.type;
  if (!isArray) return elementOf(value ?? field.default_value ?? undefined, field, at, fieldsOf, nowNs);
  const items = value ?? field.default_value ?? Array.from({ length: isFixedSizeArray ? arraySize! : 0 }, () => undefined);
  if (!Array.isArray(items)) throw refused(at, `${describe(items)} is no list`);
  if (isFixedSizeArray ? items.length !== arraySize : arraySize !== null && items.length > arraySize)
    throw refused(at, `${items.length} elements, where there ${isFixedSizeArray ? "must" : "can"} be ${arraySize}`);
  return items.map((item, i) => elementOf(item, field, `${at}[${i}]`, fieldsOf, nowNs));
}

/** @param value undefined: the default of the type */
function elementOf(value: unknown, { type: { pkgName, type, isPrimitiveType } }: Field, at: string, fieldsOf: Fields, nowNs: () => bigint) {
  if (type === "string" || type === "wstring") {
    if (value === undefined || typeof value === "string") return value ?? "";
    throw refused(at, `${describe(value)} is no text`);
  }
  if (!isPrimitiveType) {
    const full = `${pkgName}/msg/${type}`;
    return messageOf(value ?? {}, { type: full, fields: fieldsOf(full), at }, fieldsOf, nowNs);
  }
  if (type === "bool") {
    if (value === undefined || typeof value === "boolean") return value ?? false;
    throw refused(at, `${describe(value)} is neither true nor false`);
  }
  const range = INTEGERS[type];
  if (range === undefined) {
    if (value === undefined || typeof value === "number" || typeof value === "bigint") return Number(value ?? 0);
    throw refused(at, `${describe(value)} is no number`);
  }
  if (value !== undefined && typeof value !== "bigint" && !Number.isSafeInteger(value))
    throw refused(at, `${describe(value)} is no whole number`);
  const whole = BigInt((value as bigint | number | undefined) ?? 0);
  if (whole < range[0] || whole > range[1]) throw refused(at, `${whole} is no ${type}: ${range[0]} to ${range[1]}`);
  return type.endsWith("64") ? whole : Number(whole);
}

function describe(value: unknown): string {
  return (JSON.stringify(value, (_, each) => (typeof each === "bigint" ? Number(each) : each)) ?? "nothing").slice(0, 80);
}

function refused(at: string, what: string, fields?: readonly Field[]): RehearseError {
  const has = fields && `its fields are ${fields.map(({ name }) => name).join(", ")}`;
  return new RehearseError(
    "RH-ROS-MESSAGE",
    at === "" ? what : `${at}: ${what}`,
    has ?? "correct it; `rehearse ros interface show` has the type",
  );
}
