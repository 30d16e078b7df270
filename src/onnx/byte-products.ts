import * as ort from "onnxruntime-node";

/** ONNX: y = a · b, `MatMulInteger` of uint8 `a` `[M, K]` and int8 `b` `[K, N]`, giving int32 `y` `[M, N]`. */
const GRAPH =
  "CAgSADpuChgKAWEKAWISAXkiDU1hdE11bEludGVnZXISDWJ5dGUtcHJvZHVjdHNaFQoBYRIQCg4IAhIKCgMSAU0KAxIBS1oVCgFiEhAKDggDEgoKAxIBSwoDEgFOYhUKAXkSEAoOCAYSCgoDEgFNCgMSAU5CBAoAEA0=";
const [ROWS, DEPTH, COLUMNS] = [4, 64, 32];

let exact: Promise<boolean> | undefined;

/**
 * Whether this processor adds up products of bytes exactly. x86 without VNNI adds pairs of them in 16 bits, which saturate: rollouts in
 * int8 are then off by tens of centimetres now and then, and by little on the pictures of golden vectors
 * (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "When and why do I need to try U8U8?"). Checked once per process.
 */
export function byteProductsAreExact(): Promise<boolean> {
  exact ??= largestProducts();
  return exact;
}

async function largestProducts(): Promise<boolean> {
  const session = await ort.InferenceSession.create(Buffer.from(GRAPH, "base64"), { intraOpNumThreads: 1 });
  try {
    const { y } = await session.run({
      a: new ort.Tensor("uint8", new Uint8Array(ROWS * DEPTH).fill(255), [ROWS, DEPTH]),
      b: new ort.Tensor("int8", new Int8Array(DEPTH * COLUMNS).fill(127), [DEPTH, COLUMNS]),
    });
    return (y!.data as Int32Array).every((sum) => sum === 255 * 127 * DEPTH);
  } finally {
    await session.release();
  }
}
