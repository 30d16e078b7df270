import { describe, expect, it } from "vitest";
import { tensor, values } from "../../../src/math/tensor.js";
import { EnsembleDisagreement, type EnsembleMember } from "../../../src/objective/ensemble-disagreement.js";

/** Adds up what it is told, `gain` times; the latent is one number, and reads as itself and as ten times itself. */
function summing(gain: number, from = 0): EnsembleMember {
  return {
    latent: tensor(new Float32Array([from]), [1]),
    worldModel: {
      latentSize: 1,
      actionSize: 1,
      blockSize: 2,
      stepS: 0.2,
      rollout: async (latent, actions) => {
        const [samples, steps, block] = actions.shape as [number, number, number];
        const result = new Float32Array(samples * steps);
        for (let n = 0; n < samples; n++) {
          let at = values(latent)[0]!;
          for (let step = 0; step < steps; step++) {
            for (let tick = 0; tick < block; tick++) at += gain * values(actions)[(n * steps + step) * block + tick]!;
            result[n * steps + step] = at;
          }
        }
        return tensor(result, [samples, steps, 1]);
      },
    },
    readouts: {
      names: ["x [m]", "y [m]"],
      read: async (latents) => tensor(Float32Array.from([...values(latents)].flatMap((z) => [z, 10 * z])), [latents.shape[0]!, 2]),
    },
  };
}

const actions = tensor(new Float32Array([0, 0, 1, 1, 1, -1]), [3, 2, 1]);

describe("EnsembleDisagreement", () => {
  it("costs the less the more the models disagree, each readout in its own unit, over all steps", async () => {
    const { cost, violation } = await new EnsembleDisagreement([summing(1), summing(3)], [1, 10]).score(actions);
    // Held for two ticks: 2 and 4 by the one, 6 and 12 by the other; standard deviations 2 and 4. There and back: 2 and 0.
    expect([...cost]).toEqual([-0, -3, -1]);
    expect([...violation]).toEqual([0, 0, 0]);
  });

  it("finds nothing in what models see differently but in the same way everywhere", async () => {
    const { cost } = await new EnsembleDisagreement([summing(1), summing(1, 5)], [1, 10]).score(actions);
    expect(new Set(cost).size).toBe(1);
  });

  it("asks every model, not the first two", async () => {
    const two = await new EnsembleDisagreement([summing(1), summing(1)], [1, 1]).score(actions);
    const three = await new EnsembleDisagreement([summing(1), summing(1), summing(2)], [1, 1]).score(actions);
    expect([...two.cost]).toEqual([-0, -0, -0]);
    expect(three.cost[1]).toBeLessThan(0);
  });
});
