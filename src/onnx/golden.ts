import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { RehearseError } from "../core/error.js";
import type { GraphName } from "../core/model.js";
import { firstLine, type Port, type Ports } from "./session.js";

export interface GoldenCase {
  readonly inputs: Readonly<Record<string, ort.Tensor>>;
  readonly outputs: Readonly<Record<string, ort.Tensor>>;
}
export interface Golden {
  readonly path: string;
  /** |found − expected| <= tolerance · max(1, |expected|) for every value. */
  readonly tolerance: number;
  /** Tolerances of graphs that compute less exactly. */
  readonly tolerances: Readonly<Partial<Record<GraphName, number>>>;
  readonly graphs: Readonly<Partial<Record<GraphName, readonly GoldenCase[]>>>;
}

const MOST = 0.01;
const MOST_QUANTISED = 0.2;
const AGAIN = "export the model again: it writes golden.json beside the graphs";

/**
 * Reads `<folder>/golden.json`: `{tolerance, tolerances?: {<graph>: …}, graphs: {<graph>: [{inputs: {<name>: {shape, dtype, data}}, outputs: …}]}}`, data base64, little-endian.
 * Throws RH-MODEL-MISSING, or RH-MODEL-GOLDEN when it is not of that form.
 */
export function readGolden(folder: string): Golden {
  const path = join(folder, "golden.json");
  if (!existsSync(path)) throw new RehearseError("RH-MODEL-MISSING", `${path} does not exist`, AGAIN, { details: { path } });
  try {
    const raw = JSON.parse(readFileSync(path, "utf8")) as {
      tolerance: unknown;
      tolerances?: Record<string, unknown>;
      graphs: Record<GraphName, unknown[]>;
    };
    const tolerance = readTolerance("tolerance", raw.tolerance, MOST);
    const tolerances = Object.fromEntries(
      Object.entries(raw.tolerances ?? {}).map(([name, value]) => [name, readTolerance(`tolerances.${name}`, value, MOST_QUANTISED)]),
    );
    const graphs = Object.fromEntries(
      Object.entries(raw.graphs).map(([name, cases]) => [name, cases.map((c, i) => readCase(c, `graphs.${name}[${i}]`))]),
    );
    return { path, tolerance, tolerances, graphs };
  } catch (cause) {
    throw new RehearseError("RH-MODEL-GOLDEN", `${path}: cannot be read: ${firstLine(cause)}`, AGAIN, {
      cause,
      details: { path, graph: undefined, key: "", found: firstLine(cause), expected: "golden vectors" },
    });
  }
}

function readTolerance(key: string, value: unknown, most: number): number {
  if (typeof value === "number" && value > 0 && value <= most) return value;
  throw new TypeError(`${key}: ${value} is not in (0, ${most}]`);
}

function readCase(raw: unknown, where: string): GoldenCase {
  const { inputs, outputs } = raw as Record<"inputs" | "outputs", Record<string, unknown>>;
  const all = (map: Record<string, unknown>, side: string) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, readTensor(value, `${where}.${side}.${name}`)]));
  return { inputs: all(inputs, "inputs"), outputs: all(outputs, "outputs") };
}

function readTensor(raw: unknown, where: string): ort.Tensor {
  const { shape, dtype, data } = raw as { shape: number[]; dtype: string; data: string };
  const bytes = Uint8Array.from(Buffer.from(data, "base64")); // a copy: float32 needs aligned memory
  if (dtype !== "float32" && dtype !== "uint8") throw new TypeError(`${where}: dtype ${dtype} is neither float32 nor uint8`);
  const width = dtype === "float32" ? 4 : 1;
  const size = shape.reduce((product, n) => product * n, width);
  if (size !== bytes.byteLength) throw new TypeError(`${where}: ${bytes.byteLength} bytes for a shape of ${size}`);
  return dtype === "float32" ? new ort.Tensor("float32", new Float32Array(bytes.buffer), shape) : new ort.Tensor("uint8", bytes, shape);
}

/**
 * Runs a graph on its golden inputs and compares. Throws RH-MODEL-NAN for outputs that are not finite, RH-MODEL-GOLDEN for a missing
 * case or a difference beyond the tolerance, RH-MODEL-SHAPE for outputs of another shape, RH-MODEL-CORRUPT when it does not run.
 */
export async function checkGolden(
  golden: Golden,
  name: GraphName,
  session: ort.InferenceSession,
  file: string,
  ports: Ports,
): Promise<void> {
  const cases = golden.graphs[name] ?? [];
  if (cases.length === 0)
    throw new RehearseError("RH-MODEL-GOLDEN", `${golden.path}: has no vectors for the ${name} graph`, AGAIN, {
      details: { path: golden.path, graph: name, key: `graphs.${name}`, found: undefined, expected: "at least one case" },
    });
  for (const [i, { inputs, outputs }] of cases.entries()) {
    const where = `${file}, golden case ${i} of the ${name} graph`;
    requireFit(golden.path, `graphs.${name}[${i}].inputs`, inputs, ports.inputs);
    requireFit(golden.path, `graphs.${name}[${i}].outputs`, outputs, ports.outputs);
    let results: ort.InferenceSession.ReturnType;
    try {
      results = await session.run(inputs);
    } catch (cause) {
      throw new RehearseError("RH-MODEL-CORRUPT", `${where}: it does not run: ${firstLine(cause)}`, AGAIN, { cause });
    }
    for (const { name: output } of ports.outputs)
      compare(
        { file, graph: name },
        `${where}, output ${output}`,
        results[output]!,
        outputs[output]!,
        golden.tolerances[name] ?? golden.tolerance,
      );
  }
}

function requireFit(path: string, where: string, found: Readonly<Record<string, ort.Tensor>>, expected: readonly Port[]): void {
  for (const { name, type, shape } of expected) {
    const vector = found[name];
    const fits =
      vector?.type === type &&
      vector.dims.length === shape.length &&
      shape.every((size, axis) => typeof size === "string" || size === vector.dims[axis]);
    if (fits) continue;
    const what = vector ? `${vector.type} [${vector.dims.join(", ")}]` : "nothing";
    throw new RehearseError(
      "RH-MODEL-GOLDEN",
      `${path}: key ${where}.${name}: found ${what}, expected ${type} [${shape.join(", ")}]`,
      AGAIN,
      { details: { path, graph: where.split(/[.[]/)[1], key: `${where}.${name}`, found: what, expected: `${type} [${shape.join(", ")}]` } },
    );
  }
}

function compare(
  { file, graph }: { readonly file: string; readonly graph: GraphName },
  where: string,
  found: ort.Tensor,
  expected: ort.Tensor,
  tolerance: number,
): void {
  if (found.dims.join() !== expected.dims.join())
    throw new RehearseError(
      "RH-MODEL-SHAPE",
      `${where}: found shape [${found.dims.join(", ")}], expected [${expected.dims.join(", ")}]`,
      AGAIN,
      { details: { path: file, keys: [{ key: `graphs.${graph}.outputs`, found: found.dims, expected: `[${expected.dims.join(", ")}]` }] } },
    );
  const a = found.data as Float32Array;
  const b = expected.data as Float32Array;
  const bad = a.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RehearseError(
      "RH-MODEL-NAN",
      `${where}: value ${bad} is ${a[bad]}`,
      "the weights are damaged or training diverged: train and export again",
    );
  let worst = 0;
  let worstAt = -1;
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!));
    if (!(error <= worst)) {
      worst = error;
      worstAt = i;
    }
  }
  if (!(worst <= tolerance))
    throw new RehearseError(
      "RH-MODEL-GOLDEN",
      `${where}: value ${worstAt}: found ${a[worstAt]}, expected ${b[worstAt]} within ${tolerance} · max(1, |expected|)`,
      "the graph is not the one that was exported, or this processor computes it differently: export the model again",
      { details: { path: file, graph, key: `value ${worstAt}`, found: a[worstAt], expected: b[worstAt] } },
    );
}
