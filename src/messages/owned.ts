type TypedArray = Uint8Array | Float32Array | Float64Array;

/**
 * The same values in an array that owns its whole buffer: itself when it does, else a copy. rclnodejs publishes `array.buffer` from its first
 * byte on, whatever part of it the array is a view of, so a view would send the wrong bytes without any error.
 */
export function owned<T extends TypedArray>(array: T): T {
  if (owns(array)) return array;
  // A constructor, not `slice`: that of a Buffer shares its memory.
  const copy = array instanceof Uint8Array ? new Uint8Array(array) : array.slice();
  return copy as T;
}

export function owns(array: ArrayBufferView): boolean {
  return array.byteOffset === 0 && array.byteLength === array.buffer.byteLength;
}
