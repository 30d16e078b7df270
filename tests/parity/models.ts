import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BodyMeasurement } from "../../src/core/body.js";
import type { ModelDescription } from "../../src/core/model.js";
import { seededRandom } from "../../src/math/random.js";

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

/** A body that measures what the model takes: `of` tells each by its name. */
export function bodyOf({ proprioception, axes }: ModelDescription, of: (name: string) => number): BodyMeasurement {
  if (proprioception.some(({ name }) => axes.some((axis) => name === `${axis.name}.velocity`)))
    return {
      stampNs: 0n,
      positionsRad: axes.map(({ name }) => of(`${name}.position`)),
      velocitiesRps: axes.map(({ name }) => of(`${name}.velocity`)),
    };
  const yawRad = Math.atan2(of("robot.yaw.sin"), of("robot.yaw.cos"));
  return {
    stampNs: 0n,
    odomFromBase: { xM: of("robot.x"), yM: of("robot.y"), yawRad },
    twistInBase: { vxMps: of("linear.x"), vyMps: of("linear.y"), yawRateRps: of("angular.z") },
  };
}

/** As a robot file would name an arm's joints; of no meaning to a base. */
export function jointsOf({ axes }: ModelDescription): readonly string[] {
  return axes.map(({ name }) => name);
}

/** A place, or a latent by chance. */
export function goalOf({ goal, latentSize }: ModelDescription): readonly number[] {
  if (goal !== "latent") return [0.7, -0.4];
  const random = seededRandom(11);
  return Array.from({ length: latentSize }, () => random.normal());
}
