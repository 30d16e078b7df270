import type { ControlOptions } from "../control/control-options.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { TaskState, TaskWorld, TaskWorldDefinition } from "../core/world.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { tensor, values, zeros } from "../math/tensor.js";
import type { ModelShape } from "./true-model.js";

/** Latent of the goal's picture: the state at the goal is known. */
const GOAL = -1;

/**
 * The world itself in the place of a learned model, for worlds that can be put back into a state: each imagined future is tried out in a world of
 * its own, and judged as the task judges. A ceiling to measure against, and slow. A latent is the number of a remembered state.
 * @param world the one that is acted in @param goal where to
 */
export function trueTaskModel(
  definition: TaskWorldDefinition,
  world: TaskWorld,
  goal: TaskState,
  seed: number,
  { axes, command: numbers, blockSize, stepS }: ModelShape & Pick<ControlOptions, "command">,
): PlanningModel {
  const scratch = definition.create({ seed });
  const scaling = new ActionScaling(axes, numbers);
  const tickNs = BigInt(Math.round((stepS / blockSize) * 1e9));
  let states: TaskState[] = [];
  return {
    encoder: {
      async encode(frame) {
        if (frame.stampNs !== world.stampNs) return tensor(Float32Array.of(GOAL), [1]);
        // Every plan begins by encoding the present: rollouts kept for the plan before can go.
        states = [world.save()];
        return tensor(Float32Array.of(0), [1]);
      },
    },
    worldModel: {
      latentSize: 1,
      actionSize: axes.length,
      blockSize,
      stepS,
      async rollout(from, actions) {
        const [samples, steps] = actions.shape as [number, number, number];
        const latents = zeros(samples, steps, 1);
        const all = values(actions);
        for (let sample = 0; sample < samples; sample++) {
          scratch.restore(states[from.get(0)]!);
          for (let step = 0; step < steps; step++) {
            for (let tick = 0; tick < blockSize; tick++) {
              const at = ((sample * steps + step) * blockSize + tick) * axes.length;
              scratch.command(scaling.toCommand(all.subarray(at, at + axes.length)));
              scratch.advance(tickNs);
            }
            latents.set(sample, step, 0, states.push(scratch.save()) - 1);
          }
        }
        return latents;
      },
    },
    readouts: { names: [], read: async (latents) => zeros(latents.shape[0]!, 0) },
    costToGo: {
      async costToGo(latents) {
        return Float32Array.from(values(latents), (index) => definition.judge(states[index]!, goal).error);
      },
    },
  };
}
