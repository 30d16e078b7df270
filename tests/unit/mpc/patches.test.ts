import { afterAll, beforeAll, expect, it } from "vitest";
import { collectRequests } from "../../../src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { type BuiltPlanner, buildPlanner } from "../../../src/runtime/planner-setup.js";

const setup = {
  ...loadSetup(["model=tests/fixtures/tiny-patches-model", "samples=16", "iterations=3", "min_improvement=0"]),
  repeatable: true,
};
let built: BuiltPlanner;
beforeAll(async () => {
  built = await buildPlanner(setup);
});
afterAll(() => built?.model.dispose());

it("plans with a model whose latents are patches, as with any other", async () => {
  expect(setup.model.latentSize).toBe(2 * 2 * 3 + 2);
  const [request] = await collectRequests(setup, built.mpc, { world: "rooms", seed: 4000, episodes: 1, perEpisode: 1, everyNth: 2 });
  const { energy, iterations } = await built.mpc.plan(request!);
  expect(iterations).toBe(3);
  expect(energy.total).toBeGreaterThan(0);
  expect(energy.byIteration.at(-1)!.total).toBeLessThanOrEqual(energy.byIteration[0]!.total);
});
