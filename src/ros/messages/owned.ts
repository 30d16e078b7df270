type TypedArray = Uint8Array | Float32Array | Float64Array;

/**
 * The same values in an array that owns its whole buffer: itself when it does, else a copy. rclnodejs publishes `array.buffer` from its first
 * byte on, whatever part of it the array is a view of, so a view would send the wrong bytes without any error.
 */
export function owned<T extends TypedArray>(array: T): T {
  return owns(array) ? array : (array.slice() as T);
}

export function owns(array: ArrayBufferView): boolean {
  // A Buffer's `slice` shares memory and small Buffers live in a pool; both fail this test.
  return array.byteOffset === 0 && array.byteLength === array.buffer.byteLength;
}
