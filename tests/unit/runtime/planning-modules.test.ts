import { mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BUILT_IN } from "../../../src/mpc/registries.js";
import { requireModuleFiles, withModules } from "../../../src/runtime/planning-modules.js";
import { isModulePath } from "../../../src/runtime/user-module.js";

const folder = mkdtempSync(join(tmpdir(), "modules-"));
let written = 0;
function module(text: string, ending = "mjs"): string {
  const path = join(folder, `module-${written++}.${ending}`);
  writeFileSync(path, text);
  return path;
}
const planner = (text: string) => withModules({ planner: module(text), extra_costs: [] });
const cost = (text: string) => withModules({ planner: "cem", extra_costs: [module(text)] });

const PLANNER = "export default (rehearse) => ({ create: ({ samples }) => rehearse.createPlanner('cem', { samples }) });";
const COST = (name: string) => `export default (rehearse) => rehearse.defineCost({
  name: "${name}", parameters: { ${name}_weight: { default: 3, min: 0, max: 9, description: "Its weight" } }, weight: "${name}_weight",
  needs: [], differentiable: false, create: () => ({ name: "${name}", evaluate: ({ actions }) => new Float32Array(actions.shape[0]) }) });`;

describe("modules for planning", () => {
  it("are told from names", () => {
    expect(["./a.mjs", "/a/b", "../a.js", "a.mjs", "a.ts"].map(isModulePath)).toEqual([true, true, true, true, true]);
    expect(["cem", "predictive-sampling", "my.planner"].map(isModulePath)).toEqual([false, false, false]);
  });

  it("bring a planner under the path that the parameter has, and costs after the built-in ones", async () => {
    const path = module(PLANNER);
    const { planners, costs } = await withModules({ planner: path, extra_costs: [module(COST("one")), module(COST("two"))] });
    expect(typeof planners[path]!({ samples: 16 }).improve).toBe("function");
    expect(costs.slice(-2).map(({ name }) => name)).toEqual(["one", "two"]);
    expect(costs.length).toBe(BUILT_IN.costs.length + 2);
  });

  it("without any, leave the registries as they are", async () => {
    expect((await withModules({ planner: "cem", extra_costs: [] })).costs).toEqual(BUILT_IN.costs);
  });

  it("are loaded anew when they have changed", async () => {
    const path = module(COST("one"));
    await withModules({ planner: "cem", extra_costs: [path] });
    writeFileSync(path, COST("other"));
    utimesSync(path, 1e9, 1e9);
    expect((await withModules({ planner: "cem", extra_costs: [path] })).costs.at(-1)!.name).toBe("other");
  });

  it.each([
    ["that are not there", () => withModules({ planner: "./nowhere.mjs", extra_costs: [] }), "RH-MODULE-MISSING"],
    ["that can't be parsed", () => planner("export default ("), "RH-MODULE-LOAD"],
    ["that throw", () => planner("throw new Error('no')"), "RH-MODULE-LOAD"],
    ["whose function throws", () => planner("export default () => { throw new Error('no'); };"), "RH-MODULE-LOAD"],
    ["without a default export", () => planner("export const create = () => {};"), "RH-MODULE-EXPORT"],
    ["that give something else", () => planner("export default () => 'cem';"), "RH-MODULE-EXPORT"],
    ["that give a cost for a planner", () => cost(PLANNER), "RH-MODULE-EXPORT"],
    ["whose cost is not whole", () => cost("export default { name: 'mine' };"), "RH-COST-DEFINITION"],
    ["whose cost has a name that is taken", () => cost(COST("goal")), "RH-COST-DEFINITION"],
  ])("%s are refused", async (_, load, code) => {
    await expect(load()).rejects.toMatchObject({ code });
  });

  it("whose planner can't plan are refused when it is made", async () => {
    const path = module("export default { create: () => ({}) };");
    const { planners } = await withModules({ planner: path, extra_costs: [] });
    expect(() => planners[path]!({})).toThrow(
      expect.objectContaining({ code: "RH-MODULE-EXPORT", fix: expect.stringContaining("improve") }),
    );
  });

  const RANGE = (name: string, min = 0) => `${name}: { default: ${min}, min: ${min}, max: 9, unit: "m", description: "Mine" }`;
  const OWN = (...rows: string[]) =>
    `export default { parameters: { ${rows.join(", ")} }, create: (options) => ({ improve() {}, options }) };`;

  it("hand a planner the values of its own parameters, and no others", async () => {
    const path = module(OWN(RANGE("mine_m"), RANGE("mine_too", 1)));
    const given = { planner: path, extra_costs: [module(COST("one"))], mine_m: 4, one_weight: 5, robot: "secret" };
    const { planners, declared } = await withModules(given);
    expect(planners[path]!({ samples: 16 })).toMatchObject({ options: { samples: 16, parameters: { mine_m: 4, mine_too: 1 } } });
    expect(Object.keys(declared)).toEqual(["one_weight", "mine_m", "mine_too"]);
    expect(declared.mine_m).toEqual({ default: 0, min: 0, max: 9, unit: "m", description: "Mine", dynamic: true });
  });

  it.each([
    ["with a value out of range", { planner: "cem", extra_costs: [module(COST("one"))], one_weight: 10 }, "RH-PARAM-RANGE"],
    ["with a value that is no number", { planner: "cem", extra_costs: [module(COST("one"))], one_weight: Number.NaN }, "RH-PARAM-TYPE"],
    ["named twice", { planner: "cem", extra_costs: [module(COST("one")), module(COST("one"))] }, "RH-COST-DEFINITION"],
    [
      "whose parameter is another's",
      { planner: "cem", extra_costs: [module(COST("one")), module(COST("two").replaceAll("two_weight", "one_weight"))] },
      "RH-COST-DEFINITION",
    ],
    [
      "whose parameter is the controller's",
      { planner: "cem", extra_costs: [module(COST("two").replaceAll("two_weight", "samples"))] },
      "RH-COST-DEFINITION",
    ],
    [
      "whose parameter is every node's",
      { planner: "cem", extra_costs: [module(COST("two").replaceAll("two_weight", "use_sim_time"))] },
      "RH-COST-DEFINITION",
    ],
    ["whose planner takes a cost's", { planner: module(OWN(RANGE("one_weight"))), extra_costs: [module(COST("one"))] }, "RH-MODULE-EXPORT"],
    ["whose planner takes the controller's", { planner: module(OWN(RANGE("robot"))), extra_costs: [] }, "RH-MODULE-EXPORT"],
    [
      "whose planner gives no range",
      { planner: module(OWN("mine: { default: 1, description: 'x' }")), extra_costs: [] },
      "RH-MODULE-EXPORT",
    ],
  ])("%s are refused", async (_, parameters, code) => {
    await expect(withModules(parameters)).rejects.toMatchObject({ code });
  });

  it("are looked for before they are run", () => {
    expect(() => requireModuleFiles({ planner: "cem", extra_costs: ["./nowhere.mjs"] })).toThrow(
      expect.objectContaining({ code: "RH-MODULE-MISSING" }),
    );
    expect(requireModuleFiles({ planner: module("throw 1"), extra_costs: [] })).toBeUndefined();
  });
});
