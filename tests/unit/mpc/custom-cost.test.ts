import { afterAll, beforeAll, expect, it } from "vitest";
import type { Rollout } from "../../../src/core/objective.js";
import type { PlanRequest } from "../../../src/core/plan-request.js";
import { collectRequests } from "../../../src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { values } from "../../../src/math/tensor.js";
import { extended } from "../../../src/mpc/registries.js";
import { defineCost } from "../../../src/objective/cost-definition.js";
import { parametersOf } from "../../../src/objective/cost-registry.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";
import { resolveParameters } from "../../../src/parameters/resolve-parameters.js";
import { Cem } from "../../../src/planner/cem.js";
import { type BuiltPlanner, buildPlanner } from "../../../src/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../../../src/runtime/system-clock.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model", "samples=64", "iterations=4", "min_improvement=0"]);

/** All that a cost of one's own is: what a module of a user exports. */
const gentle = defineCost({
  name: "gentle",
  parameters: { gentle_weight: { default: 50, min: 0, max: 1000, description: "Weight of actions forward" } },
  weight: "gentle_weight",
  needs: ["place"],
  differentiable: false,
  create: () => ({ name: "gentle", evaluate: forwardOf }),
});

/** Mean square of how far the action forward is above -0.5; one value a sample. */
function forwardOf({ actions }: Rollout): Float32Array {
  const [samples, steps, axes] = actions.shape as [number, number, number];
  const all = values(actions);
  return Float32Array.from({ length: samples }, (_, n) => {
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += (0.5 + all[(n * steps + step) * axes]!) ** 2;
    return sum / steps;
  });
}

let plain: BuiltPlanner;
let request: PlanRequest;
beforeAll(async () => {
  plain = await buildPlanner(setup);
  const source = { world: "rooms", seed: 4000, episodes: 1, perEpisode: 1, everyNth: 1 };
  request = (await collectRequests(setup, plain.mpc, source))[0]!;
});
afterAll(() => plain.model.dispose());

it("a cost that is in the registry has its parameter, its term in the energy, and its effect on the plan", async () => {
  const registries = extended({ costs: [gentle] });
  const table = { ...CONTROLLER_PARAMETERS, ...parametersOf(registries.costs) };
  expect(table).toHaveProperty("gentle_weight.default", 50);
  const before = await plain.mpc.plan(request);
  expect(before.energy.terms).not.toHaveProperty("gentle");

  const planWith = async (gentle_weight: number) => {
    const parameters = { ...setup.parameters, ...resolveParameters(table, { ...setup.parameters, gentle_weight }, "a test") };
    const built = await buildPlanner({ ...setup, parameters }, SYSTEM_CLOCK, registries);
    const plan = await built.mpc.plan(request);
    await built.model.dispose();
    return plan;
  };
  const after = await planWith(50);
  expect(Object.keys(after.energy.terms)).toEqual([...Object.keys(before.energy.terms), "gentle"]);
  expect(after.energy.terms.gentle).toBeGreaterThan(0);
  expect(after.energy.byIteration[0]!.terms).toHaveProperty("gentle");
  const meanForward = ({ actions }: typeof after) => {
    let sum = 0;
    for (let step = 0; step < actions.shape[0]!; step++) sum += actions.get(step, 0);
    return sum / actions.shape[0]!;
  };
  expect(meanForward(after)).toBeLessThan(meanForward(before) - 0.1);
  // It is added up after all others: without weight nothing about the plan changes.
  const unweighted = await planWith(0);
  expect(values(unweighted.actions)).toEqual(values(before.actions));
  expect(unweighted.energy.total).toBe(before.energy.total);
});

it("a planner that is in the registry is planned with", async () => {
  const asked: unknown[] = [];
  const create = (options: { readonly samples?: number }) => {
    asked.push(options);
    return new Cem(options);
  };
  const registries = extended({ planners: [{ name: "my-cem", create }] });
  const parameters = { ...setup.parameters, planner: "my-cem" };
  const built = await buildPlanner({ ...setup, parameters }, SYSTEM_CLOCK, registries);
  const mine = await built.mpc.plan(request);
  await built.model.dispose();
  const cem = await buildPlanner({ ...setup, parameters: { ...setup.parameters, planner: "cem" } });
  expect(values(mine.actions)).toEqual(values((await cem.mpc.plan(request)).actions));
  await cem.model.dispose();
  expect(asked).toEqual([{ samples: 64 }]);
  await expect(buildPlanner({ ...setup, parameters })).rejects.toMatchObject({ code: "RH-PLANNER-NAME" });
});

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["no create", { name: "mine" }],
  ["a name that is taken", { name: "cem", create: () => new Cem() }],
  ["a name that is no name", { name: "constructor()", create: () => new Cem() }],
])("refuses a planner with %s", (_, definition) => {
  expect(() => extended({ planners: [definition] })).toThrow(expect.objectContaining({ code: "RH-PLANNER-DEFINITION" }));
});
