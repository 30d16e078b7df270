import * as ort from "onnxruntime-node";
import type { ModelDescription, Precision } from "../core/model.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type {
  CostGradient,
  CostToGo,
  Decoder,
  GoalVector,
  Proposals,
  Readouts,
  RolloutEvaluator,
  RolloutPrediction,
} from "../core/world-model.js";
import { tensor, values, zeros } from "../math/tensor.js";

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

  async costToGo(latents: Tensor, goal: GoalVector): Promise<Float32Array> {
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
  constructor(private readonly session: ort.InferenceSession) {}

  async costGradient(
    from: Tensor,
    actions: Tensor,
    goal: GoalVector,
    weights: Float32Array,
  ): Promise<{ cost: Float32Array; gradient: Tensor }> {
    const { cost, gradient } = await this.session.run({
      latent: row(from),
      actions: new ort.Tensor("float32", values(actions), actions.shape),
      goal: goalTensor(goal),
      weights: new ort.Tensor("float32", weights, [weights.length]),
    });
    return { cost: cost!.data as Float32Array, gradient: tensor(gradient!.data as Float32Array, gradient!.dims) };
  }
}

/** One run for all samples and steps; what it gives lies in memory that the next run of the same size overwrites. */
export class OnnxRolloutEvaluator implements RolloutEvaluator {
  private memory: { readonly readouts: ort.Tensor; readonly distance: ort.Tensor } | undefined;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly model: ModelDescription,
    readonly precision: Precision,
  ) {}

  async evaluate(from: Tensor, actions: Tensor, goal: GoalVector): Promise<RolloutPrediction> {
    const [samples, steps] = actions.shape as [number, number, number];
    const { readouts, distance } = this.memoryFor(samples, steps);
    await this.session.run(
      {
        latent: row(from),
        actions: new ort.Tensor("float32", values(actions), actions.shape),
        goal: goalTensor(goal),
      },
      { readouts, distance },
    );
    return { readouts: tensor(readouts.data as Float32Array, readouts.dims), distance: distance.data as Float32Array };
  }

  private memoryFor(samples: number, steps: number) {
    if (this.memory?.distance.dims[0] === samples && this.memory.distance.dims[1] === steps) return this.memory;
    const of = (...dims: number[]) => new ort.Tensor("float32", zeros(...dims).data, dims);
    this.memory = { readouts: of(samples, steps, this.model.readouts.length), distance: of(samples, steps) };
    return this.memory;
  }
}

/** Several proposals at once: one run, one proposal per row. */
export class OnnxProposals implements Proposals {
  constructor(private readonly session: ort.InferenceSession) {}

  async propose(latent: Tensor, goal: GoalVector): Promise<Tensor[]> {
    const { proposals } = await this.session.run({ latent: row(latent), goal: goalTensor(goal) });
    const [count, steps, axes] = proposals!.dims as [number, number, number];
    const data = proposals!.data as Float32Array;
    return Array.from({ length: count }, (_, k) => tensor(data.subarray(k * steps * axes, (k + 1) * steps * axes), [steps, axes]));
  }
}

/** @param from `[context]` */
function row(from: Tensor): ort.Tensor {
  const numbers = values(from);
  return new ort.Tensor("float32", numbers, [1, numbers.length]);
}

/** @param latents `[row, latent]` */
function rows(latents: Tensor): ort.Tensor {
  return new ort.Tensor("float32", values(latents), latents.shape);
}

function goalTensor(goal: GoalVector): ort.Tensor {
  return new ort.Tensor("float32", Float32Array.from(goal), [1, goal.length]);
}
