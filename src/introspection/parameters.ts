import { parse, stringify } from "yaml";
import { RehearseError } from "../core/error.js";
import type { GraphClient } from "../ros/clients/graph-client.js";
import type { Session } from "./session.js";

/** `rcl_interfaces/msg/ParameterType` */
const TYPES = [
  "not set",
  "bool",
  "integer",
  "double",
  "string",
  "byte_array",
  "bool_array",
  "integer_array",
  "double_array",
  "string_array",
];
const FIELDS = [
  undefined,
  "bool_value",
  "integer_value",
  "double_value",
  "string_value",
  "byte_array_value",
  "bool_array_value",
  "integer_array_value",
  "double_array_value",
  "string_array_value",
] as const;
const [BOOL, INTEGER, DOUBLE, STRING] = [1, 2, 3, 4];
const ANSWER_MS = 5000;
/** More depth than any name has. */
const ALL_DEPTHS = 0n;

type Value = Readonly<Record<string, unknown>> & { readonly type: number };

interface Descriptor {
  readonly name: string;
  readonly type: number;
  readonly description: string;
  readonly additional_constraints: string;
  readonly read_only: boolean;
  readonly integer_range: readonly { from_value: bigint | number; to_value: bigint | number }[];
  readonly floating_point_range: readonly { from_value: number; to_value: number }[];
}

/** Parameters of one node, as `ros2 param` asks for them. */
export class NodeParameters {
  readonly node: string;

  constructor(
    private readonly graph: GraphClient,
    node: string,
  ) {
    this.node = node.startsWith("/") ? node : `/${node}`;
  }

  async names(): Promise<string[]> {
    const { result } = await this.call<{ result: { names: string[] } }>("ListParameters", { prefixes: [], depth: ALL_DEPTHS });
    return [...result.names].sort();
  }

  /** @throws RehearseError RH-ROS-PARAMETER: the node has none of that name */
  async get(names: readonly string[]): Promise<unknown[]> {
    const { values } = await this.call<{ values: Value[] }>("GetParameters", { names });
    return names.map((name, i) => {
      const value = values[i];
      if (value === undefined || value.type === 0) throw this.unknown(name);
      return nativeValue(value);
    });
  }

  async describe(name: string): Promise<Descriptor> {
    const { descriptors } = await this.call<{ descriptors: Descriptor[] }>("DescribeParameters", { names: [name] });
    const found = descriptors[0];
    if (found === undefined || found.type === 0) throw this.unknown(name);
    return found;
  }

  /** Sets one parameter to a value written as YAML, in the parameter's own type where it has one. @throws RehearseError RH-ROS-PARAMETER: refused, and why */
  async set(name: string, text: string): Promise<void> {
    const { descriptors } = await this.call<{ descriptors: Descriptor[] }>("DescribeParameters", { names: [name] });
    const value = parameterValue(text, descriptors[0]?.type ?? 0);
    const { results } = await this.call<{ results: { successful: boolean; reason: string }[] }>("SetParameters", {
      parameters: [{ name, value }],
    });
    const result = results[0];
    if (!result?.successful) {
      throw new RehearseError(
        "RH-ROS-PARAMETER",
        `${this.node} refused ${name}: ${result?.reason || "no reason was given"}`,
        "see the reason",
      );
    }
  }

  private async call<Response>(kind: string, request: object): Promise<Response> {
    const service = `${this.node}/${kind.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()}`;
    if (!(await this.graph.appears(() => this.graph.services().some(({ name }) => name === service)))) {
      const there = new Set(this.graph.nodes());
      throw new RehearseError(
        "RH-ROS-NODE",
        there.has(this.node) ? `${this.node} answers no requests for parameters` : `there is no node ${this.node}`,
        there.has(this.node)
          ? "its parameters are fixed by its command line and parameter file"
          : `there are ${[...there].join(", ") || "none"}`,
      );
    }
    return (await this.graph.call(`rcl_interfaces/srv/${kind}`, service, request, ANSWER_MS)) as Response;
  }

  private unknown(name: string): RehearseError {
    return new RehearseError(
      "RH-ROS-PARAMETER",
      `${this.node} has no parameter ${name}`,
      `\`rehearse ros param list ${this.node}\` shows those it has`,
    );
  }
}

export async function listParameters({ graph, write }: Session, node: string | undefined): Promise<void> {
  const suffix = "/list_parameters";
  const offering = graph.services().flatMap(({ name }) => (name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : []));
  for (const each of node === undefined ? offering : [node]) {
    const parameters = new NodeParameters(graph, each);
    const names = await parameters.names();
    write(`${parameters.node}:\n${names.map((name) => `  ${name}\n`).join("")}`);
  }
}

export async function describeParameter({ graph, write }: Session, node: string, name: string): Promise<void> {
  const { type, description, additional_constraints, read_only, integer_range, floating_point_range } = await new NodeParameters(
    graph,
    node,
  ).describe(name);
  const range = [...integer_range, ...floating_point_range][0];
  write(`${name}: ${TYPES[type] ?? "unknown type"}${read_only ? ", read only" : ""}\n`);
  if (description) write(`  ${description}\n`);
  if (range) write(`  from ${range.from_value} to ${range.to_value}\n`);
  if (additional_constraints) write(`  ${additional_constraints}\n`);
}

/** All parameters of a node, as a parameter file. */
export async function dumpParameters({ graph, write }: Session, node: string): Promise<void> {
  const parameters = new NodeParameters(graph, node);
  const names = await parameters.names();
  const values = await parameters.get(names);
  write(stringify({ [parameters.node]: { ros__parameters: Object.fromEntries(names.map((name, i) => [name, values[i]])) } }));
}

function nativeValue(value: Value): unknown {
  const field = FIELDS[value.type];
  const found = field && value[field];
  if (typeof found === "bigint") return Number(found);
  return found !== null && typeof found === "object"
    ? Array.from(found as Iterable<unknown>, (each) => (typeof each === "bigint" ? Number(each) : each))
    : found;
}

/** @param wanted the parameter's type; 0: unknown, so that the text decides */
export function parameterValue(text: string, wanted: number): Value {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch {
    value = text;
  }
  const type = typeFor(value, text, wanted);
  const all = {
    bool_value: false,
    integer_value: 0n,
    double_value: 0,
    string_value: "",
    byte_array_value: [],
    bool_array_value: [],
    integer_array_value: [],
    double_array_value: [],
    string_array_value: [],
  };
  const field = FIELDS[type]!;
  if (type === STRING) return { type, ...all, string_value: typeof value === "string" ? value : text };
  if (type === INTEGER) return { type, ...all, integer_value: BigInt(value as number) };
  if (field === "integer_array_value") return { type, ...all, integer_array_value: (value as number[]).map(BigInt) };
  return { type, ...all, [field]: value };
}

function typeFor(value: unknown, text: string, wanted: number): number {
  if (wanted === STRING) return STRING;
  if (wanted === DOUBLE && typeof value === "number") return DOUBLE;
  const kind = (each: unknown): number =>
    typeof each === "boolean"
      ? BOOL
      : typeof each === "number"
        ? Number.isInteger(each) && !/[.eE]/.test(text)
          ? INTEGER
          : DOUBLE
        : STRING;
  if (!Array.isArray(value)) return kind(value);
  if (value.length === 0 && wanted >= 5) return wanted;
  const kinds = new Set(value.map(kind));
  const numeric = [...kinds].every((each) => each === INTEGER || each === DOUBLE);
  if (numeric && (kinds.has(DOUBLE) || wanted === 8)) return 8;
  if (kinds.size === 1) return [...kinds][0]! === STRING ? 9 : [...kinds][0]! + 5;
  throw new RehearseError("RH-ROS-PARAMETER", `the elements of ${text} are of different types`, "write a list of one type");
}
