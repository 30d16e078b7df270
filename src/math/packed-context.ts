import type { WorldModel } from "../core/world-model.js";

/**
 * Where the rollout of a model with a history starts, as one row of numbers: the latents of its last frames, one model step apart, the oldest
 * first, then the blocks of actions that were in force between them, the oldest first. With one frame it is the latent, and nothing else.
 */
export interface ContextShape {
  readonly frames: number;
  /** Numbers of a frame's latent. */
  readonly latent: number;
  /** Numbers of a block of actions. */
  readonly block: number;
}

export function contextShape(model: Pick<WorldModel, "contextFrames" | "latentSize" | "blockSize" | "actionSize">): ContextShape {
  return { frames: model.contextFrames ?? 1, latent: model.latentSize, block: model.blockSize * model.actionSize };
}

export function contextSize({ frames, latent, block }: ContextShape): number {
  return frames * latent + (frames - 1) * block;
}

/** @param latents as many as the shape has frames @param blocks one fewer; both the oldest first */
export function packContext(
  shape: ContextShape,
  latents: readonly ArrayLike<number>[],
  blocks: readonly ArrayLike<number>[],
): Float32Array {
  const context = new Float32Array(contextSize(shape));
  for (const [i, latent] of latents.entries()) context.set(latent, i * shape.latent);
  for (const [i, block] of blocks.entries()) context.set(block, shape.frames * shape.latent + i * shape.block);
  return context;
}

/**
 * The context some steps later.
 * @param blocks `step * block`: what was done in them @param latents `step * latent`: what came of each
 */
export function advanceContext(shape: ContextShape, context: Float32Array, blocks: Float32Array, latents: Float32Array): Float32Array {
  const { frames, latent, block } = shape;
  const later = new Float32Array(context.length);
  const split = frames * latent;
  later.set(lastOf(context.subarray(0, split), latents, split));
  later.set(lastOf(context.subarray(split), blocks, (frames - 1) * block), split);
  return later;
}

/** The last `count` numbers of both, one after the other. */
function lastOf(before: Float32Array, after: Float32Array, count: number): Float32Array {
  const both = new Float32Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both.subarray(both.length - count);
}
