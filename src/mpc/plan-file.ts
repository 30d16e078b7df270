import { readFileSync } from "node:fs";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";

const SCHEMA = "rehearse.plans/1";

/** The shape of a row in a file of plans, float32 each in this order: latent, goal, actions of the plan, cost, violation. */
export interface PlanShape {
  /** SHA-256 of the encoder that made the latents: those of another are not comparable. */
  readonly encoder: string;
  readonly latent: number;
  readonly steps: number;
  readonly axes: number;
}

export interface PlanRow {
  /** `[latent]`, where the actions begin */
  readonly latent: Float32Array;
  /** `[x, y]`, metres, as the readouts see places */
  readonly goal: readonly [number, number];
  /** `[step, action]`, normalised */
  readonly actions: Float32Array;
  readonly cost: number;
  /** Worst guardrail margin; 0: all are kept. */
  readonly violation: number;
}

export function planShape(model: ModelDescription, steps: number): PlanShape {
  return { encoder: model.graphs.encoder.sha256, latent: model.latentSize, steps, axes: model.axes.length };
}

/** The file's first line: JSON. Everything after it are rows of little-endian float32, as many as there are. */
export function planHeader(shape: PlanShape): string {
  return `${JSON.stringify({ schema: SCHEMA, ...shape })}\n`;
}

export function packRows(rows: readonly PlanRow[]): Float32Array {
  const size = rows.length === 0 ? 0 : rowSize({ latent: rows[0]!.latent.length, actions: rows[0]!.actions.length });
  const packed = new Float32Array(rows.length * size);
  rows.forEach(({ latent, goal, actions, cost, violation }, i) => {
    packed.set(latent, i * size);
    packed.set([...goal, ...actions, cost, violation], i * size + latent.length);
  });
  return packed;
}

/**
 * Reads a file of plans made with this model. An unfinished last row, of a run that was interrupted, is left out.
 * Throws RH-PLANS-FILE when it is none, RH-PLANS-MODEL when another model made it.
 */
export function readPlanFile(path: string, model: ModelDescription): { shape: PlanShape; rows: PlanRow[] } {
  let bytes: Buffer;
  let shape: PlanShape;
  const end = () => bytes.indexOf("\n");
  try {
    bytes = readFileSync(path);
    const { schema, ...rest } = JSON.parse(bytes.toString("utf8", 0, end())) as { schema: string } & PlanShape;
    if (schema !== SCHEMA) throw new TypeError(`its schema is ${schema}, not ${SCHEMA}`);
    shape = rest;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new RehearseError("RH-PLANS-FILE", `${path} is no file of plans: ${why}`, "make one with ./rehearse collect-plans", { cause });
  }
  const wanted = planShape(model, shape.steps);
  for (const key of ["encoder", "latent", "axes"] as const) {
    if (shape[key] === wanted[key]) continue;
    throw new RehearseError(
      "RH-PLANS-MODEL",
      `${path}: its ${key} is ${shape[key]}, that of the model in ${model.folder} is ${wanted[key]}`,
      "collect plans with the model that is to use them",
    );
  }
  const size = rowSize({ latent: shape.latent, actions: shape.steps * shape.axes });
  const from = end() + 1;
  const count = Math.floor((bytes.length - from) / 4 / size);
  const all = new Float32Array(Uint8Array.from(bytes.subarray(from, from + count * size * 4)).buffer); // a copy: float32 needs aligned memory
  const rows = Array.from({ length: count }, (_, i): PlanRow => {
    const row = all.subarray(i * size, (i + 1) * size);
    const { latent } = shape;
    return {
      latent: row.subarray(0, latent),
      goal: [row[latent]!, row[latent + 1]!],
      actions: row.subarray(latent + 2, size - 2),
      cost: row[size - 2]!,
      violation: row[size - 1]!,
    };
  });
  return { shape, rows };
}

function rowSize({ latent, actions }: { latent: number; actions: number }): number {
  return latent + 2 + actions + 2;
}
