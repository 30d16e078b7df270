import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { defineCost } from "../../../src/objective/cost-definition.js";
import { parametersOf, withCosts } from "../../../src/objective/cost-registry.js";
import { COSTS } from "../../../src/objective/costs/index.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";

const PARAMETERS = { hurry_weight: { default: 2, min: 0, max: 10, unit: "1/s", description: "Weight of hurrying" } } as const;
const valid = { name: "hurry", parameters: PARAMETERS, weight: "hurry_weight", needs: [], differentiable: false, create: () => undefined };

describe("parametersOf", () => {
  it("is the costs' part of the controller's table, in the order of the costs, what is shared once", () => {
    const names = Object.keys(parametersOf(COSTS));
    expect(names).toEqual([
      "goal_weight",
      "goal_terminal",
      "goal_near",
      "effort_weight",
      "disagreement_weight",
      "extra_cost",
      "extra_cost_weight",
      "persistence_weight",
      "heading_weight",
    ]);
    expect(CONTROLLER_PARAMETERS).toMatchObject(parametersOf(COSTS));
  });

  it("gives a cost's parameter with all that it says of it, to be set while running", () => {
    expect(parametersOf([defineCost({ ...PARAMETERS_ONLY, create: () => undefined })])).toEqual({
      hurry_weight: { ...PARAMETERS.hurry_weight, dynamic: true },
    });
  });
});

const PARAMETERS_ONLY = { name: "hurry", parameters: PARAMETERS, weight: "hurry_weight", needs: [], differentiable: false } as const;

describe("withCosts", () => {
  it("adds at the end, and leaves the registry that it was given as it was", () => {
    const before = COSTS.map(({ name }) => name);
    expect(withCosts(COSTS, [valid]).map(({ name }) => name)).toEqual([...before, "hurry"]);
    expect(COSTS.map(({ name }) => name)).toEqual(before);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["no object", 7],
    ["no name", { ...valid, name: undefined }],
    ["a name that is no name", { ...valid, name: "__proto__" }],
    ["a name that is taken", { ...valid, name: "goal" }],
    ["no parameters", { ...valid, parameters: undefined }],
    ["a weight that is none of its parameters", { ...valid, weight: "toString" }],
    ["a weight that is a text", { ...valid, weight: "word", parameters: { word: { default: "", description: "A word" } } }],
    ["a parameter without a range", { ...valid, parameters: { hurry_weight: { default: 2, description: "Weight" } } }],
    ["a default outside of its range", { ...valid, parameters: { hurry_weight: { ...PARAMETERS.hurry_weight, default: 11 } } }],
    ["a default that is no number", { ...valid, parameters: { hurry_weight: { ...PARAMETERS.hurry_weight, default: Number.NaN } } }],
    ["a parameter that is another cost's", { ...valid, weight: "goal_weight", parameters: { goal_weight: PARAMETERS.hurry_weight } }],
    ["needs that are not known", { ...valid, needs: ["luck"] }],
    ["needs that are no list", { ...valid, needs: "place" }],
    ["no word on its gradient", { ...valid, differentiable: undefined }],
    ["no function create", { ...valid, create: undefined }],
    ["a prepare that is no function", { ...valid, prepare: 1 }],
  ])("refuses a definition with %s", (_, definition) => {
    expect(() => withCosts(COSTS, [definition])).toThrow(RehearseError);
    expect(() => withCosts(COSTS, [definition])).toThrow(expect.objectContaining({ code: "RH-COST-DEFINITION" }));
  });
});
