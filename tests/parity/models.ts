import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The fixtures and every model that ships. */
export const MODEL_FOLDERS = [
  "tests/fixtures/tiny-model",
  "tests/fixtures/tiny-patches-model",
  ...subfolders("models").flatMap(subfolders),
].filter((folder) => existsSync(join(folder, "model.yaml")));

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
}

export interface Vector {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
}
export interface GoldenCase {
  readonly inputs: Readonly<Record<string, Vector>>;
  readonly outputs: Readonly<Record<string, Vector>>;
}

/** Reads golden.json on its own, so that the runtime's reader is checked by it rather than trusted. */
export function goldenCases(folder: string): { tolerance: number; graphs: Record<string, GoldenCase[]> } {
  return JSON.parse(readFileSync(join(folder, "golden.json"), "utf8"), (_, value) => {
    if (value?.dtype === undefined) return value;
    const bytes = new Uint8Array(Buffer.from(value.data, "base64"));
    return { shape: value.shape, data: value.dtype === "uint8" ? bytes : new Float32Array(bytes.buffer) };
  });
}

/** Largest difference: absolute up to size 1, relative above. NaN when there is one. */
export function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < found.length; i++) {
    const d = Math.abs(found[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (!(d <= worst)) worst = d;
  }
  return worst;
}
