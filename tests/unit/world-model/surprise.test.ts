import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../../src/core/tensor.js";
import type { WorldModel } from "../../../src/core/world-model.js";
import { seededRandom } from "../../../src/math/random.js";
import { tensor } from "../../../src/math/tensor.js";
import { Surprise } from "../../../src/world-model/surprise.js";
import { Timeline } from "../../../src/world-model/timeline.js";

const MS = 1_000_000n;
const USUAL = { p50: 0.01, p99: 0.05 };

/** A point on a line: each tick moves it by its action, so a step adds up the block. */
const line: WorldModel & { calls: number[][] } = {
  calls: [],
  latentSize: 1,
  actionSize: 1,
  blockSize: 4,
  stepS: 0.2,
  async rollout(from: Tensor, actions: Tensor) {
    const block = [0, 1, 2, 3].map((tick) => actions.get(0, 0, tick));
    this.calls.push(block);
    return tensor(Float32Array.of(block.reduce((sum, a) => sum + a, from.get(0))), [1, 1, 1]);
  },
};
const latent = (x: number) => tensor(Float32Array.of(x), [1]);
const actionAt = (stampNs: bigint) => [Number(stampNs / (50n * MS)) * 0.125]; // a new action each tick, exact in float32
const position = (stampNs: bigint) => {
  let x = 0;
  for (let t = 0n; t < stampNs; t += 50n * MS) x += actionAt(t)[0]!;
  return x;
};

describe("Surprise", () => {
  it.each([50n, 100n, 200n])("is 0 where the model is right, at a frame every %s ms", async (everyMs) => {
    const surprise = new Surprise(line, USUAL, actionAt);
    const levels: (number | undefined)[] = [];
    for (let t = 0n; t <= 1000n; t += everyMs) levels.push(await surprise.observe(t * MS, latent(position(t * MS))));
    const first = Number(200n / everyMs);
    expect(levels.slice(0, first)).toEqual(Array(first).fill(undefined));
    expect(levels.slice(first)).toEqual(Array(levels.length - first).fill(0));
    expect(surprise.level).toBe(0);
  });

  it("gives the model the actions of the step, in their order", async () => {
    line.calls.length = 0;
    const surprise = new Surprise(line, USUAL, actionAt);
    await surprise.observe(400n * MS, latent(0));
    await surprise.observe(600n * MS, latent(0));
    expect(line.calls).toEqual([[1, 1.125, 1.25, 1.375]]);
  });

  it("measures the mean squared error in units of the usual one", async () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    await surprise.observe(0n, latent(0));
    expect(await surprise.observe(200n * MS, latent(0.5))).toBeCloseTo(0.25 / 0.01, 5);
  });

  it("is 1 before anything could be compared", () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    expect([surprise.level, surprise.surprised, surprise.threshold]).toEqual([1, false, 5]);
  });

  it("looks at the last 16 observations: rises within the window, and forgets after it", async () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    let t = 0n;
    const see = (x: number) => {
      t += 200n * MS;
      return surprise.observe(t, latent(x));
    };
    for (let i = 0; i < 20; i++) await see(0);
    expect(surprise.level).toBe(0);
    await see(1);
    expect(surprise.level).toBeCloseTo(100 / 16, 4);
    expect(surprise.surprised).toBe(true);
    for (let i = 0; i < 15; i++) await see(1);
    expect(surprise.level).toBeCloseTo(100 / 16, 4);
    await see(1);
    expect(surprise.level).toBe(0);
  });

  it("compares nothing across a gap, a rate that does not hit the step, or a clock set back", async () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    await surprise.observe(1000n * MS, latent(0));
    expect(await surprise.observe(1500n * MS, latent(9))).toBeUndefined();
    expect(await surprise.observe(1670n * MS, latent(9))).toBeUndefined(); // 170 ms is 30 off
    expect(await surprise.observe(100n * MS, latent(9))).toBeUndefined();
    expect(surprise.level).toBe(1);
    expect(await surprise.observe(320n * MS, latent(9))).toBe(0); // 220 ms is within half a period
  });

  it("counts what is not a number as endlessly surprising, and recovers", async () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    await surprise.observe(0n, latent(0));
    expect(await surprise.observe(200n * MS, latent(Number.NaN))).toBe(Number.POSITIVE_INFINITY);
    expect(surprise.surprised).toBe(true);
    for (let i = 2n; i < 20n; i++) await surprise.observe(i * 200n * MS, latent(0));
    expect(surprise.level).toBe(0);
  });

  it("stays near 1 when errors are as on held-out data, and below its threshold", async () => {
    // squared normal noise: its median is 0.455 σ², so with p50 = 0.455 σ² the mean is 1 / 0.455
    const random = seededRandom(3);
    const sigma = 0.2;
    const surprise = new Surprise(line, { p50: 0.455 * sigma ** 2, p99: 6.63 * sigma ** 2 }, () => [0]);
    let worst = 0;
    for (let i = 0n; i < 500n; i++) {
      // every other frame is exact, so that each pair has one noise in it
      await surprise.observe(i * 200n * MS, latent(i % 2n === 0n ? 0 : sigma * random.normal()));
      worst = Math.max(worst, surprise.level);
    }
    expect(surprise.threshold).toBeCloseTo(6.63 / 0.455, 5);
    expect(worst).toBeLessThan(surprise.threshold);
  });

  it("starts afresh after clear", async () => {
    const surprise = new Surprise(line, USUAL, () => [0]);
    await surprise.observe(0n, latent(0));
    await surprise.observe(200n * MS, latent(3));
    surprise.clear();
    expect(surprise.level).toBe(1);
    expect(await surprise.observe(400n * MS, latent(3))).toBeUndefined();
  });
});

describe("Timeline", () => {
  it("finds the nearest latent, or none: as a search through all of them does", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 60 }),
        (stamps, wanted, tolerance) => {
          stamps.sort((a, b) => a - b);
          const timeline = new Timeline<Tensor>(250n);
          for (const s of stamps) timeline.push(BigInt(s), latent(s));
          const kept = stamps.filter((s) => stamps.at(-1)! - s <= 250);
          const closest = Math.min(...kept.map((s) => Math.abs(s - wanted)));
          const found = timeline.nearest(BigInt(wanted), BigInt(tolerance));
          if (closest > tolerance) expect(found).toBeUndefined();
          else expect(Math.abs(Number(found!.stampNs) - wanted)).toBe(closest);
        },
      ),
    );
  });

  it("keeps the first of two latents of one time", () => {
    const timeline = new Timeline<Tensor>(100n);
    timeline.push(5n, latent(1));
    timeline.push(5n, latent(2));
    expect(timeline.nearest(5n, 0n)!.value.get(0)).toBe(1);
  });
});
