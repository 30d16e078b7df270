import type { NdArray } from "ndarray";

/** A view over float32 data. Every use states its axes, as in `[sample, step, action]`; row-major unless said otherwise. */
export type Tensor = NdArray<Float32Array>;
