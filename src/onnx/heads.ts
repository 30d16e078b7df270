import * as ort from "onnxruntime-node";
import type { ModelDescription } from "../core/model.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { CostGradient, CostToGo, Decoder, Readouts } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

export class OnnxReadouts implements Readouts {
  readonly names: readonly string[];

  constructor(
    private readonly session: ort.InferenceSession,
    model: ModelDescription,
  ) {
    this.names = model.readouts.map(({ name, unit }) => `${name} [${unit}]`);
  }

  async read(latents: Tensor): Promise<Tensor> {
    const { readouts } = await this.session.run({ latents: rows(latents) });
    return tensor(readouts!.data as Float32Array, readouts!.dims);
  }
}

export class OnnxCostToGo implements CostToGo {
  constructor(private readonly session: ort.InferenceSession) {}

  async costToGo(latents: Tensor, goal: readonly [number, number]): Promise<Float32Array> {
    const { distance } = await this.session.run({ latents: rows(latents), goal: goalTensor(goal) });
    return distance!.data as Float32Array;
  }
}

export class OnnxDecoder implements Decoder {
  constructor(
    private readonly session: ort.InferenceSession,
    private readonly model: ModelDescription,
  ) {}

  async decode(latents: Tensor, stampNs: bigint): Promise<CameraFrame[]> {
    const { image } = await this.session.run({ latents: rows(latents) });
    const { widthPx: width, heightPx: height } = this.model.image;
    const size = width * height * 3;
    const shades = image!.data as Float32Array;
    return Array.from({ length: latents.shape[0]! }, (_, row) => {
      // Clamped bytes round to nearest and turn NaN into black.
      const bytes = Uint8ClampedArray.from(shades.subarray(row * size, (row + 1) * size), (shade) => shade * 255);
      return { stampNs, width, height, rgb: new Uint8Array(bytes.buffer) };
    });
  }
}

export class OnnxGradient implements CostGradient {
  constructor(
    private readonly session: ort.InferenceSession,
    private readonly model: ModelDescription,
  ) {}

  async costGradient(from: Tensor, actions: Tensor, goal: readonly [number, number]): Promise<{ cost: Float32Array; gradient: Tensor }> {
    const { cost, gradient } = await this.session.run({
      latent: new ort.Tensor("float32", values(from), [1, this.model.latentSize]),
      actions: new ort.Tensor("float32", values(actions), actions.shape),
      goal: goalTensor(goal),
    });
    return { cost: cost!.data as Float32Array, gradient: tensor(gradient!.data as Float32Array, gradient!.dims) };
  }
}

/** @param latents `[row, latent]` */
function rows(latents: Tensor): ort.Tensor {
  return new ort.Tensor("float32", values(latents), latents.shape);
}

function goalTensor(goal: readonly [number, number]): ort.Tensor {
  return new ort.Tensor("float32", Float32Array.from(goal), [1, 2]);
}
