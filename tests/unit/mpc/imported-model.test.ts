import { afterAll, beforeAll, expect, it } from "vitest";
import { collectRequests } from "../../../src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { type BuiltPlanner, buildPlanner } from "../../../src/runtime/planner-setup.js";

// What `rehearse import` made of a checkpoint (training/tests/imported_fixture.py): no proprioception, no pose to read, goals that are pictures.
const small = ["samples=16", "iterations=3", "min_improvement=0"];
const setup = { ...loadSetup(["model=tests/fixtures/tiny-imported-model", ...small]), repeatable: true };
const other = { ...loadSetup(["model=tests/fixtures/tiny-model", ...small]), repeatable: true };
let built: BuiltPlanner;
let driver: BuiltPlanner;
beforeAll(async () => {
  built = await buildPlanner(setup);
  driver = await buildPlanner(other);
});
afterAll(async () => {
  await built?.model.dispose();
  await driver?.model.dispose();
});

it("plans to a goal picture with an imported model, by its own distance", async () => {
  const source = { world: "rooms", seed: 4000, episodes: 1, perEpisode: 2, everyNth: 2 };
  const [request, later] = await collectRequests(other, driver.mpc, source);
  const goal = { kind: "image", id: 1, frame: later!.frame } as const;
  const { encoder, worldModel, costToGo } = built.model;
  const wanted = [...values(await encoder.encode(goal.frame, request!.body))];
  const plan = await built.mpc.plan({ ...request!, goal });
  expect(plan.iterations).toBe(3);
  expect(plan.goalPosition).toBeUndefined();
  expect(plan.energy.byIteration.at(-1)!.total).toBeLessThanOrEqual(plan.energy.byIteration[0]!.total);
  // LeWM's distance: the sum of squares between latents.
  const here = await encoder.encode(request!.frame, request!.body);
  const [distance] = await costToGo!.costToGo(tensor(values(here), [1, worldModel.latentSize]), wanted);
  expect(distance).toBeCloseTo(
    [...values(here)].reduce((sum, z, i) => sum + (z - wanted[i]!) ** 2, 0),
    3,
  );
});
