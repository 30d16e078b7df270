import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { RehearseError } from "../core/error.js";

/** What a ROS 2 parameter file (`<node>: {ros__parameters: {…}}`) says to a node, with what it says to all nodes (`/**`) below that. @throws RehearseError RH-PARAM-FILE */
export function readParameterFile(path: string, node: string): Record<string, unknown> {
  let file: unknown;
  try {
    file = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw refusal(`${path} cannot be read: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`);
  }
  if (!isMap(file)) throw refusal(`${path} is no map of nodes`);
  const values: Record<string, unknown> = {};
  for (const name of ["/**", `/**/${node}`, node, `/${node}`]) {
    const section = file[name];
    if (section === undefined) continue;
    if (!isMap(section) || !isMap(section.ros__parameters)) throw refusal(`${path}: '${name}' has no map 'ros__parameters'`);
    Object.assign(values, section.ros__parameters);
  }
  return values;
}

/** The text of a ROS 2 parameter file. @param comment lines that go before it */
export function parameterFile(node: string, values: Readonly<Record<string, unknown>>, comment: readonly string[]): string {
  return `${comment.map((line) => `# ${line}\n`).join("")}${stringify({ [node]: { ros__parameters: values } })}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(what: string): RehearseError {
  return new RehearseError("RH-PARAM-FILE", what, "write it as ROS 2 does: controller: {ros__parameters: {name: value}}");
}
