import ndarray from "ndarray";
import type { Tensor } from "../core/tensor.js";

/** A new zero-filled, row-major tensor. */
export function zeros(...shape: number[]): Tensor {
  return tensor(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape);
}

/** Row-major view over `data`. Throws a RangeError when the sizes disagree. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) throw new RangeError(`a tensor of shape [${shape.join(", ")}] needs ${size} values, not ${data.length}`);
  return ndarray(data, [...shape]);
}

/** The values in row-major order without copying, if the tensor is contiguous; a packed copy otherwise. */
export function values(t: Tensor): Float32Array {
  const size = t.shape.reduce((product, n) => product * n, 1);
  let expected = 1;
  let contiguous = true;
  for (let axis = t.shape.length - 1; axis >= 0; axis--) {
    if (t.shape[axis] !== 1 && t.stride[axis] !== expected) contiguous = false;
    expected *= t.shape[axis]!;
  }
  if (contiguous) return t.offset === 0 && t.data.length === size ? t.data : t.data.subarray(t.offset, t.offset + size);
  const packed = new Float32Array(size);
  const index = new Array<number>(t.shape.length).fill(0);
  for (let i = 0; i < size; i++) {
    packed[i] = t.get(...index);
    for (let axis = t.shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < t.shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return packed;
}
