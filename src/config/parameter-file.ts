import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { RehearseError } from "../core/error.js";
import { isForNode, isOfEveryNode } from "../parameters/for-node.js";
import { NODE_PARAMETERS } from "../parameters/node-parameters.js";
import type { ParameterTable } from "../parameters/parameter.js";
import { FOLDER_FILES } from "./robot-folder.js";

/** A larger file is refused: it is no parameter file. */
const MAX_BYTES = 256 * 1024;
/** References (`*name`) that are followed: without an end to them, a few lines of YAML unfold to more than fits into memory. */
const MAX_ALIASES = 100;
/** Groups of parameters in groups. */
const MAX_DEPTH = 8;

type Entries = readonly (readonly [name: string, value: unknown])[];

/**
 * What a ROS 2 parameter file (`<node>: {ros__parameters: {…}}`) sets for a node, over what it sets for all nodes (`/**`); dots join the
 * names of groups. What every ROS 2 node has (`use_sim_time`, QoS) is left out. Values are not checked.
 * @param given the file, or a robot's folder with `parameters.yaml` in it
 * @param tableOf the node's parameters, where they depend on the values
 * @throws RehearseError RH-PARAM-FILE, RH-PARAM-UNKNOWN (a name for all nodes that none of them has)
 */
export function readParameterFile(
  given: string,
  node: keyof typeof NODE_PARAMETERS,
  tableOf: (values: Readonly<Record<string, unknown>>) => ParameterTable = () => NODE_PARAMETERS[node],
): Record<string, unknown> {
  const path = statSync(given, { throwIfNoEntry: false })?.isDirectory() ? join(given, FOLDER_FILES.parameters) : given;
  const file = contentOf(path);
  if (!isMap(file)) throw refusal(`${path} is no map of nodes`);
  const forAll: Entries[] = [];
  const own: Entries[] = [];
  for (const [name, section] of Object.entries(file)) {
    const isForAll = name === "/**";
    // Namespaces are set by the launch file: here there is one node of each kind.
    if (!isForAll && name !== node && !name.endsWith(`/${node}`)) continue;
    if (!isMap(section) || !isMap(section.ros__parameters)) throw refusal(`${path}: '${name}' has no map 'ros__parameters'`);
    const entries = flattened(section.ros__parameters, path).filter(([parameter]) => !isOfEveryNode(parameter));
    (isForAll ? forAll : own).push(entries);
  }
  if (forAll.length + own.length === 0) throw refusal(`${path} says nothing to the node '${node}'`);
  const table = tableOf(Object.fromEntries([...forAll, ...own].flat()));
  return Object.fromEntries([...forAll.flat().filter(([parameter]) => isForNode(table, parameter, path)), ...own.flat()]);
}

/** The text of a ROS 2 parameter file. @param comment lines that go before it */
export function parameterFile(node: string, values: Readonly<Record<string, unknown>>, comment: readonly string[]): string {
  return `${comment.map((line) => `# ${line}\n`).join("")}${stringify({ [node]: { ros__parameters: values } })}`;
}

function contentOf(path: string): unknown {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes, of ${MAX_BYTES} at most`);
    return parse(readFileSync(path, "utf8"), { maxAliasCount: MAX_ALIASES, logLevel: "error" });
  } catch (cause) {
    throw refusal(`${path} cannot be read: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`);
  }
}

/** Groups in groups as one list, `group.name` each, as ROS 2 names them. */
function flattened(section: Readonly<Record<string, unknown>>, path: string, group = "", depth = 0): Entries {
  if (depth > MAX_DEPTH) throw refusal(`${path}: the group '${group}' is in more than ${MAX_DEPTH} others`);
  return Object.entries(section).flatMap(([key, value]) => {
    const name = group === "" ? key : `${group}.${key}`;
    return isMap(value) ? flattened(value, path, name, depth + 1) : [[name, value] as const];
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(what: string): RehearseError {
  return new RehearseError("RH-PARAM-FILE", what, "write it as ROS 2 does: controller: {ros__parameters: {name: value}}");
}
