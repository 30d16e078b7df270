import type { Tensor } from "../core/tensor.js";

/** The margins, one a sample, of a rule that no motion can break. */
export function allKept(motion: Tensor): Float32Array {
  return new Float32Array(motion.shape[0]!).fill(-1);
}
