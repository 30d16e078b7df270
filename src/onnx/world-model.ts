import * as ort from "onnxruntime-node";
import type { ModelDescription } from "../core/model.js";
import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

/** The whole rollout is one graph: one `run` for all samples and steps. */
export class OnnxWorldModel implements WorldModel {
  readonly latentSize: number;
  readonly actionSize: number;
  readonly blockSize: number;
  readonly stepS: number;
  readonly contextFrames: number;

  constructor(
    private readonly session: ort.InferenceSession,
    model: ModelDescription,
  ) {
    this.latentSize = model.latentSize;
    this.actionSize = model.axes.length;
    this.blockSize = model.blockSize;
    this.stepS = model.stepS;
    this.contextFrames = model.contextFrames;
  }

  async rollout(from: Tensor, actions: Tensor): Promise<Tensor> {
    const context = values(from);
    const { latents } = await this.session.run({
      latent: new ort.Tensor("float32", context, [1, context.length]),
      actions: new ort.Tensor("float32", values(actions), actions.shape),
    });
    return tensor(latents!.data as Float32Array, latents!.dims);
  }
}
