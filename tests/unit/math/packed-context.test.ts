import fc from "fast-check";
import { expect, it } from "vitest";
import { advanceContext, contextShape, contextSize, packContext } from "../../../src/math/packed-context.js";

const model = { latentSize: 3, blockSize: 2, actionSize: 1 };

it("is the latent and nothing else where a model does not look back", () => {
  const shape = contextShape(model);
  expect(contextSize(shape)).toBe(3);
  expect([...packContext(shape, [[1, 2, 3]], [])]).toEqual([1, 2, 3]);
});

it("has the latents, the oldest first, then the blocks between them", () => {
  const shape = contextShape({ ...model, contextFrames: 2 });
  const context = packContext(
    shape,
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [[7, 8]],
  );
  expect([...context]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it("is, some steps later, what the frames and blocks of then are packed to", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 6 }), (frames, steps) => {
      const shape = contextShape({ ...model, contextFrames: frames });
      const latents = Array.from({ length: frames + steps }, (_, i) => [i, i + 0.25, i + 0.5]);
      const blocks = Array.from({ length: frames + steps - 1 }, (_, i) => [-i, -i - 0.5]);
      const packed = (from: number) => packContext(shape, latents.slice(from, from + frames), blocks.slice(from, from + frames - 1));
      const later = advanceContext(
        shape,
        packed(0),
        Float32Array.from(blocks.slice(frames - 1).flat()),
        Float32Array.from(latents.slice(frames).flat()),
      );
      expect([...later]).toEqual([...packed(steps)]);
    }),
  );
});
