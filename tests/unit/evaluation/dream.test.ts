import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { dream } from "../../../src/evaluation/dream.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";

const setup = loadSetup([]);
const out = join(mkdtempSync(join(tmpdir(), "dream-")), "strip.png");
const options = { world: "rooms", seed: 2000, steps: 6, afterS: 2, zoom: 1, out };

describe("dream", () => {
  it("draws what was imagined above what happened, alike in every picture, and says how much they differ", async () => {
    const steps = await dream(setup, options);
    expect(steps.map(({ timeS }) => Math.round(timeS * 10) / 10)).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1.2]);
    const { width, height, channels, data } = decode(readFileSync(out));
    expect([width, height, channels]).toEqual([7 * 64 + 6 * 2, 2 * 64 + 2, 3]);
    const difference = (a: number, b: number) => {
      let sum = 0;
      for (let y = 0; y < 64; y++)
        for (let x = 0; x < 64 * 3; x++) {
          const [above, below] = [y * width * 3 + a * 66 * 3 + x, (y + 66) * width * 3 + b * 66 * 3 + x];
          sum += Math.abs(data[above]! - data[below]!);
        }
      return sum / (64 * 64 * 3);
    };
    for (const [i, { pictureError }] of steps.entries()) {
      expect(difference(i + 1, i + 1)).toBeCloseTo(pictureError, 6);
      expect(pictureError).toBeLessThan(4);
    }
    // The imagined future is that of this moment, not of another.
    expect(difference(6, 6)).toBeLessThan(difference(6, 0));
    expect(steps[0]!.latentError).toBeLessThan(6);
  });

  it("gives the same twice, and another drive by another seed", async () => {
    const first = await dream(setup, options);
    expect(await dream(setup, options)).toEqual(first);
    expect(await dream(setup, { ...options, seed: 2001 })).not.toEqual(first);
  });

  it("refuses what it can't do", async () => {
    await expect(dream(setup, { ...options, steps: 0 })).rejects.toMatchObject({ code: "RH-DREAM-OPTION" });
    await expect(dream(setup, { ...options, zoom: 99 })).rejects.toMatchObject({ code: "RH-DREAM-OPTION" });
  });
});
