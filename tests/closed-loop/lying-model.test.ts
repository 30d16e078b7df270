import { describe, expect, it } from "vitest";
import { ADVERSARIAL_MODEL_NAMES } from "../../src/evaluation/adversarial-models.js";
import { evaluate } from "../../src/evaluation/navigation.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";

// The shipped model, since a liar must first know the truth. ./rehearse eval rooms --drivers lying-free,… has the long form.
const setup = loadSetup(["samples=24", "iterations=2"]);
const request = { world: "rooms", episodes: 3, seed: 5000, goal: "pose", rules: { timeLimitS: 12 } } as const;

describe("a model that is not to be trusted", () => {
  it.each(ADVERSARIAL_MODEL_NAMES)(
    "%s: nothing is touched, and goals are missed where the answers mean nothing",
    async (name) => {
      const { [name]: result } = await evaluate({ ...request, drivers: [name] }, setup, () => {});
      expect(result.collisions).toBe(0);
      // A robot that stands proves nothing.
      expect(result.drivenM).toBeGreaterThan(0.3);
      if (name === "lying-random" || name === "lying-nan") expect(result.success).toBeLessThan(1);
    },
    240_000,
  );
});
