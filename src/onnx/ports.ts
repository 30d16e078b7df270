import type { GraphName, ModelDescription } from "../core/model.js";
import { contextSize } from "../math/packed-context.js";
import type { Port, Ports } from "./session.js";

/** What each graph of a model must take and give. N, H, M, B: any size. */
export function graphPorts(model: ModelDescription): Record<GraphName, Ports> {
  const { latentSize: latent, image } = model;
  const goal = model.goal === "latent" ? latent : 2;
  const action = model.blockSize * model.axes.length;
  const float = (name: string, ...shape: Port["shape"]): Port => ({ name, type: "float32", shape });
  const rollout = [
    float("latent", 1, contextSize({ frames: model.contextFrames, latent, block: action })),
    float("actions", "N", "H", action),
  ];
  const start = [...rollout, float("goal", 1, goal)];
  const outcomes = { inputs: start, outputs: [float("readouts", "N", "H", model.readouts.length), float("distance", "N", "H")] };
  const readouts = { inputs: [float("latents", "M", latent)], outputs: [float("readouts", "M", model.readouts.length)] };
  return {
    encoder: {
      inputs: [
        { name: "image", type: "uint8", shape: ["B", image.heightPx, image.widthPx, 3] },
        float("proprioception", "B", model.proprioception.length),
      ],
      outputs: [float("latent", "B", latent)],
    },
    rollout: {
      inputs: rollout,
      outputs: [float("latents", "N", "H", latent)],
    },
    readouts,
    place: readouts,
    cost_to_go: { inputs: [float("latents", "M", latent), float("goal", 1, goal)], outputs: [float("distance", "M")] },
    decoder: { inputs: [float("latents", "M", latent)], outputs: [float("image", "M", image.heightPx, image.widthPx, 3)] },
    gradient: {
      inputs: [...start, float("weights", "H")],
      outputs: [float("cost", "N"), float("gradient", "N", "H", action)],
    },
    outcomes,
    outcomes_int8: outcomes,
    proposal: {
      inputs: [float("latent", 1, latent), float("goal", 1, goal)],
      outputs: [float("proposals", "any", "any", model.axes.length)],
    },
  };
}
