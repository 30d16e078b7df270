import type { StepError } from "../core/model.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Tensor } from "../core/tensor.js";
import type { WorldModel } from "../core/world-model.js";
import { Surprise } from "../world-model/surprise.js";

/** Surprise, fed by the requests for plans: they say what was done since the frame before. */
export class SurpriseMonitor {
  private readonly surprise: Surprise;
  private readonly stepNs: bigint;
  /** `[block * action]`, from `recentFromNs` on. */
  private recent = new Float32Array(0);
  private recentFromNs = 0n;

  constructor(model: WorldModel, usual: StepError) {
    const periodNs = (model.stepS * 1e9) / model.blockSize;
    this.stepNs = BigInt(Math.round(model.stepS * 1e9));
    this.surprise = new Surprise(model, usual, (stampNs) => {
      const tick = Math.round(Number(stampNs - this.recentFromNs) / periodNs);
      const at = Math.min(model.blockSize - 1, Math.max(0, tick)) * model.actionSize;
      return this.recent.subarray(at, at + model.actionSize);
    });
  }

  /** @returns the level over the window, as a multiple of the model's usual error */
  async observe(request: PlanRequest, latent: Tensor, context: Tensor): Promise<number> {
    this.recent = request.recent as Float32Array<ArrayBuffer>;
    this.recentFromNs = request.frame.stampNs - this.stepNs;
    await this.surprise.observe(request.frame.stampNs, latent, context);
    return this.surprise.level;
  }
}
