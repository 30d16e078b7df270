import type { DifferentiableCost, DifferentiableObjective } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import { values, zeros } from "../math/tensor.js";
import { Energy, type WeightedCost } from "./energy.js";

/** How far an action is moved to see whether a guardrail is broken more or less; normalised units. */
const PROBE = 0.01;

/**
 * An energy that can be descended. Costs without a gradient of their own count in every score, but not in the direction of the descent. Guardrails judge
 * analytic motion, which costs so little that their gradient is taken by finite differences: the model plays no part in it.
 */
export class DifferentiableEnergy extends Energy implements DifferentiableObjective {
  async gradient(actions: Tensor): Promise<Tensor> {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const { blocks, commands } = this.schedule.unfold(actions);
    const violation = this.violation(this.motionOf(commands));
    const at = { from: await this.prefix.contextAtEnd(), blocks, actions, before: this.schedule.before };

    const gradient = zeros(samples, steps, axes);
    for (const { cost, weight } of this.costs.filter(hasGradient)) {
      const along = await cost.gradient(at);
      const term = values("blocks" in along ? this.schedule.fold(along.blocks) : along.actions);
      for (let i = 0; i < term.length; i++) gradient.data[i]! += weight * term[i]!;
    }
    const size = steps * axes;
    for (let n = 0; n < samples; n++) {
      if (violation[n] === 0) continue;
      const broken = values(actions).subarray(n * size, (n + 1) * size);
      gradient.data.set(this.violationGradient(broken, violation[n]!, axes), n * size);
    }
    return gradient;
  }

  /** By forward differences, all in one batch. */
  private violationGradient(actions: Float32Array, violation: number, axes: number): Float32Array {
    const size = actions.length;
    const probes = zeros(size, size / axes, axes);
    for (let i = 0; i < size; i++) {
      probes.data.set(actions, i * size);
      probes.data[i * size + i]! += PROBE;
    }
    const { commands } = this.schedule.unfold(probes);
    const probed = this.violation(this.motionOf(commands));
    return probed.map((value) => (value - violation) / PROBE);
  }
}

function hasGradient(weighted: WeightedCost): weighted is WeightedCost & { readonly cost: DifferentiableCost } {
  return "gradient" in weighted.cost;
}
