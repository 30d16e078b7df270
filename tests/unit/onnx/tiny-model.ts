import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Odometry } from "../../../src/core/body.js";
import type { GraphName, ModelDescription } from "../../../src/core/model.js";
import type { CameraFrame } from "../../../src/core/sensors.js";
import type { Tensor } from "../../../src/core/tensor.js";
import { seededRandom } from "../../../src/math/random.js";
import { zeros } from "../../../src/math/tensor.js";

/** A model small enough to commit, with every graph, exported as real ones are. */
export const TINY_MODEL = "tests/fixtures/tiny-model";

// biome-ignore lint/suspicious/noExplicitAny: tests reach into the YAML to break it
type Yaml = any;

/** A copy of the tiny model that a test may break. */
export class ModelCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "rehearse-model-"));

  constructor() {
    cpSync(TINY_MODEL, this.folder, { recursive: true });
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  graphPath(graph: GraphName): string {
    return this.path(this.yaml().graphs[graph].file);
  }

  yaml(): Yaml {
    return parse(readFileSync(this.path("model.yaml"), "utf8"));
  }

  editYaml(edit: (yaml: Yaml) => void): this {
    const yaml = this.yaml();
    edit(yaml);
    writeFileSync(this.path("model.yaml"), stringify(yaml));
    return this;
  }

  editGolden(edit: (golden: Yaml) => void): this {
    const golden = JSON.parse(readFileSync(this.path("golden.json"), "utf8"));
    edit(golden);
    writeFileSync(this.path("golden.json"), JSON.stringify(golden));
    return this;
  }

  /** Replaces a graph's bytes and, unless the hash is the point, keeps model.yaml's hash true. */
  editGraph(graph: GraphName, edit: (bytes: Buffer) => Buffer, { rehash = true } = {}): this {
    const bytes = edit(readFileSync(this.graphPath(graph)));
    writeFileSync(this.graphPath(graph), bytes);
    if (rehash) this.editYaml((yaml) => (yaml.graphs[graph].sha256 = createHash("sha256").update(bytes).digest("hex")));
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Sets the float32 weights of a graph to `value`, in the protobuf itself (onnx.proto: ModelProto.graph 7, .initializer 5, .raw_data 9). */
export function fillWeights(bytes: Buffer, value: number): Buffer {
  const copy = Buffer.from(bytes);
  for (const graph of fields(copy, 7))
    for (const initializer of fields(graph, 5)) {
      const isFloat = varint(initializer, 2) === 1;
      for (const raw of fields(initializer, 9)) if (isFloat) for (let at = 0; at + 4 <= raw.length; at += 4) raw.writeFloatLE(value, at);
    }
  return copy;
}

function* walk(message: Buffer): Generator<{ field: number; bytes?: Buffer; number?: number }> {
  let at = 0;
  const readVarint = () => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { field, number: readVarint() };
    else if (wire === 2) {
      const length = readVarint();
      yield { field, bytes: message.subarray(at, at + length) };
      at += length;
    } else at += wire === 5 ? 4 : 8;
  }
}
const fields = (message: Buffer, field: number) => [...walk(message)].flatMap((f) => (f.field === field && f.bytes ? [f.bytes] : []));
const varint = (message: Buffer, field: number) => [...walk(message)].find((f) => f.field === field)?.number;

export function randomFrame(model: ModelDescription, seed = 1): CameraFrame {
  const { widthPx: width, heightPx: height } = model.image;
  const random = seededRandom(seed);
  return { stampNs: 0n, width, height, rgb: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random.uniform() * 256)) };
}

export const ROLLING: Odometry = {
  stampNs: 0n,
  odomFromBase: { xM: 0, yM: 0, yawRad: 0 },
  twistInBase: { vxMps: 0.3, vyMps: 0, yawRateRps: -0.5 },
};

/** `[n, steps, block * action]`, uniform in [-1, 1]. */
export function randomActions(model: ModelDescription, n: number, steps: number, seed = 2): Tensor {
  const random = seededRandom(seed);
  const actions = zeros(n, steps, model.blockSize * model.axes.length);
  for (let i = 0; i < actions.data.length; i++) actions.data[i] = 2 * random.uniform() - 1;
  return actions;
}
