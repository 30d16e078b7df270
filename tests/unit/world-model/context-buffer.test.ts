import { describe, expect, it } from "vitest";
import type { WorldModel } from "../../../src/core/world-model.js";
import { ContextBuffer } from "../../../src/world-model/context-buffer.js";

const MS = 1_000_000n;
const REST = [-0.5];

function lookingBack(contextFrames: number): WorldModel {
  const rollout = () => Promise.reject(new Error("nothing is imagined here"));
  return { latentSize: 1, actionSize: 1, blockSize: 4, stepS: 0.2, contextFrames, rollout };
}

/** Latent and block both tell the time, in ms. */
const observe = (contextBuffer: ContextBuffer, ms: number) => [
  ...contextBuffer.observe(
    BigInt(ms) * MS,
    [ms],
    [0, 1, 2, 3].map((tick) => ms + tick),
  ),
];

describe("ContextBuffer", () => {
  it("puts together the frames one model step apart, and what was done between them", () => {
    const contextBuffer = new ContextBuffer(lookingBack(3), REST);
    for (let ms = 0; ms < 400; ms += 100) observe(contextBuffer, ms);
    expect(observe(contextBuffer, 400)).toEqual([0, 200, 400, 200, 201, 202, 203, 400, 401, 402, 403]);
  });

  it("takes all to have stood still before what it knows", () => {
    const contextBuffer = new ContextBuffer(lookingBack(3), REST);
    const stood = Array(4).fill(-0.5);
    expect(observe(contextBuffer, 0)).toEqual([0, 0, 0, ...stood, ...stood]);
    expect(observe(contextBuffer, 200)).toEqual([0, 0, 200, ...stood, 200, 201, 202, 203]);
  });

  it("allows for frames that come a little early or late, each counted from the one after it", () => {
    const contextBuffer = new ContextBuffer(lookingBack(3), REST);
    observe(contextBuffer, 20);
    observe(contextBuffer, 200);
    expect(observe(contextBuffer, 424).slice(0, 3)).toEqual([20, 200, 424]);
    expect(observe(contextBuffer, 650).slice(0, 3)).toEqual([650, 650, 650]);
  });

  it("forgets what comes after the present when time begins anew", () => {
    const contextBuffer = new ContextBuffer(lookingBack(2), REST);
    observe(contextBuffer, 1000);
    expect(observe(contextBuffer, 800).slice(0, 2)).toEqual([800, 800]);
    expect(observe(contextBuffer, 1000).slice(0, 2)).toEqual([800, 1000]);
  });
});
