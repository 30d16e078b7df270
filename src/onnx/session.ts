import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { RehearseError } from "../core/error.js";
import type { GraphFile, GraphName } from "../core/model.js";

/** A number: exactly this size. A name: free to be any size (a batch or the horizon). `any`: as the graph has it. */
export type Shape = readonly (number | string)[];
export interface Port {
  readonly name: string;
  readonly type: "float32" | "uint8";
  readonly shape: Shape;
}
export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

const AGAIN = "export the model again, or copy its folder again from where it was trained";

/**
 * Reads, verifies and opens one graph. What is hashed is what is run: the bytes are read once.
 *
 * Throws RH-MODEL-MISSING, RH-MODEL-HASH, RH-MODEL-CORRUPT (onnxruntime can't make a session of it), RH-MODEL-SHAPE (inputs or
 * outputs differ from `ports`), RH-MODEL-ACTION (the same, for the size of an action).
 */
export async function openSession(
  folder: string,
  name: GraphName,
  graph: GraphFile,
  ports: Ports,
  threads: number,
): Promise<ort.InferenceSession> {
  const path = join(folder, graph.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new RehearseError("RH-MODEL-MISSING", `${path}, the ${name} graph, cannot be read: ${firstLine(cause)}`, AGAIN, {
      cause,
      details: { path },
    });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== graph.sha256)
    throw new RehearseError(
      "RH-MODEL-HASH",
      `${path}: its SHA-256 is ${sha256}, model.yaml (graphs.${name}.sha256) says ${graph.sha256}`,
      "the file was changed or damaged after export: copy it again, or export the model again",
      { details: { path, graph: name, found: sha256, expected: graph.sha256 } },
    );
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      graphOptimizationLevel: "all",
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Idle workers that spin take the processor from the control tick: on two busy cores a rollout was 2 to 5 times slower with it,
      // on idle ones no faster.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
      logSeverityLevel: 4, // what goes wrong is thrown; onnxruntime would print it to stderr as well
    });
  } catch (cause) {
    throw new RehearseError("RH-MODEL-CORRUPT", `${path}: onnxruntime cannot load it: ${firstLine(cause)}`, AGAIN, { cause });
  }
  try {
    checkPorts(path, name, "input", ports.inputs, session.inputMetadata);
    checkPorts(path, name, "output", ports.outputs, session.outputMetadata);
  } catch (error) {
    await session.release();
    throw error;
  }
  return session;
}

function checkPorts(
  path: string,
  graph: GraphName,
  side: "input" | "output",
  expected: readonly Port[],
  actual: readonly ort.InferenceSession.ValueMetadata[],
): void {
  const refusal = (found: string, wanted: string, code: "RH-MODEL-SHAPE" | "RH-MODEL-ACTION" = "RH-MODEL-SHAPE") =>
    new RehearseError(
      code,
      `${path}: the ${graph} graph's ${side}s: found ${found}, expected ${wanted} by model.yaml`,
      "make model.yaml and the graph agree: export the model again",
      { details: { path, keys: [{ key: `graphs.${graph}.${side}s`, found, expected: wanted }] } },
    );
  if (names(actual) !== names(expected)) throw refusal(names(actual), names(expected));
  for (const port of expected) {
    const meta = actual.find((m) => m.name === port.name)!;
    if (!meta.isTensor) throw refusal(`${port.name}, which is no tensor`, describe(port));
    // Exporters may leave a dimension without a number; what the graph then gives is checked by the golden vectors.
    const fits = (size: number | string, i: number) =>
      typeof size === "string" || size === port.shape[i] || port.shape[i] === "any" || (size === 1 && port.shape[i] === "B");
    if (meta.type === port.type && meta.shape.length === port.shape.length && meta.shape.every(fits)) continue;
    const otherAction = port.name === "actions" && meta.type === port.type && meta.shape.length === 3 && meta.shape.slice(0, 2).every(fits);
    throw refusal(
      describe({ name: port.name, type: meta.type, shape: meta.shape }),
      describe(port),
      otherAction ? "RH-MODEL-ACTION" : "RH-MODEL-SHAPE",
    );
  }
}

function names(ports: readonly { readonly name: string }[]): string {
  return (
    ports
      .map((port) => port.name)
      .sort()
      .join(", ") || "none"
  );
}

function describe(port: { name: string; type: string; shape: Shape }): string {
  return `${port.name} ${port.type} [${port.shape.join(", ")}]`;
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n")[0]!.trim();
}
