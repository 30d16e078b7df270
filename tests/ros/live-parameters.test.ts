import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Processes } from "../../src/supervisor/processes.js";
import { eventually, Peer } from "./support.js";

type Value = string | number | readonly string[];
const asMessage = (value: Value) =>
  typeof value === "object"
    ? { type: 9, string_array_value: value }
    : typeof value === "string"
      ? { type: 4, string_value: value }
      : Number.isInteger(value)
        ? { type: 2, integer_value: value }
        : { type: 3, double_value: value };

describe("the parameters of a controller that runs", { timeout: 60_000 }, () => {
  const processes = new Processes(mkdtempSync(join(tmpdir(), "live-parameters-")));
  let peer: Peer;

  beforeAll(async () => {
    peer = await Peer.start();
    processes.start({ node: "controller" });
    const lifecycle = async () => (await peer.call("/controller/get_state", "lifecycle_msgs/srv/GetState")).current_state;
    await eventually(async () => ((await lifecycle()) as { label: string }).label === "active", "the controller", 40_000);
  }, 60_000);

  afterAll(async () => {
    await peer.stop();
    await processes.stop();
  });

  async function set(name: string, value: Value): Promise<string> {
    const { results } = await peer.call("/controller/set_parameters", "rcl_interfaces/srv/SetParameters", {
      parameters: [{ name, value: asMessage(value) }],
    });
    const [{ successful, reason }] = results as [{ successful: boolean; reason: string }];
    return successful ? "set" : reason;
  }
  async function read(name: string): Promise<Value> {
    const { values } = await peer.call("/controller/get_parameters", "rcl_interfaces/srv/GetParameters", { names: [name] });
    const [value] = values as [{ type: number; string_value: string; integer_value: number; double_value: number }];
    return value.type === 4 ? value.string_value : value.type === 2 ? value.integer_value : value.double_value;
  }

  it.each([
    ["planner", "nope", 'RH-PLANNER-NAME: there is no planner "nope"'],
    ["horizon_steps", 41, "RH-PARAM-RANGE: parameter 'horizon_steps' is 41"],
    ["extra_cost", "max(0, robot.zz)", 'RH-COST-NAME: the cost "max(0, robot.zz)" names "robot.zz"'],
    ["extra_cost", Array(201).fill("robot.x").join(" + "), "RH-COST-SIZE: "],
    ["extra_cost", "robot.x +", "RH-COST-SYNTAX: "],
    ["sample", 64, "RH-PARAM-UNKNOWN: no parameter is named 'sample' (in a request to set it) — did you mean samples?"],
    ["commitment_s", 0.2, "RH-PARAM-FIXED: "],
    ["planner", "./nowhere.mjs", "RH-MODULE-MISSING: "],
    ["planner", resolve("examples/custom-cost.mjs"), "RH-MODULE-EXPORT: "],
  ])("%s = %.40s is refused with the reason, and the old value stays", async (name, value, why) => {
    const before = await read(name);
    expect(await set(name, value)).toContain(why);
    expect(await read(name)).toEqual(before);
  });

  it("what a module declares is a parameter while the module is in use", async () => {
    expect(await set("gentle_weight", 2.5)).toContain("RH-PARAM-UNKNOWN");
    expect(await set("extra_costs", [resolve("examples/custom-cost.mjs")])).toBe("set");
    expect(await read("gentle_weight")).toBe(0.5);
    expect(await set("gentle_weight", 2.5)).toBe("set");
    expect(await set("gentle_weight", 1000.5)).toContain("RH-PARAM-RANGE: parameter 'gentle_weight' is 1000.5");
    expect(await read("gentle_weight")).toBe(2.5);
    const { descriptors } = await peer.call("/controller/describe_parameters", "rcl_interfaces/srv/DescribeParameters", {
      names: ["gentle_weight"],
    });
    expect((descriptors as [{ description: string }])[0].description).toContain("Weight of speed");
    expect(await set("extra_costs", [])).toBe("set");
    expect(await set("gentle_weight", 2.5)).toContain("RH-PARAM-UNKNOWN");
  });

  it("a refusal keeps no later change from holding", async () => {
    expect(await set("planner", "nope")).toContain("RH-PLANNER-NAME");
    expect(await set("samples", 32)).toBe("set");
    expect(await set("planner", "cem")).toBe("set");
    expect(await set("extra_cost", "max(0, robot.x - 1)")).toBe("set");
    expect(await set("planner", resolve("examples/custom-planner.mjs"))).toBe("set");
    expect(await set("planner", "cem")).toBe("set");
    expect([await read("planner"), await read("samples"), await read("extra_cost")]).toEqual(["cem", 32, "max(0, robot.x - 1)"]);
  });
});

it("what a module declares is set when the controller starts, in any order, and declared for it", { timeout: 60_000 }, async () => {
  const processes = new Processes(mkdtempSync(join(tmpdir(), "own-parameters-")));
  const peer = await Peer.start();
  try {
    const costs = `extra_costs:=${JSON.stringify([resolve("examples/custom-cost.mjs")])}`;
    processes.start({ node: "controller", rosArgs: ["-p", "gentle_weight:=7.5", "-p", costs, "-p", "autostart:=false"] });
    const read = async () => {
      const { values } = await peer.call("/controller/get_parameters", "rcl_interfaces/srv/GetParameters", { names: ["gentle_weight"] });
      return (values as [{ double_value: number }?])[0]?.double_value;
    };
    await eventually(async () => (await read()) === 7.5, "the weight", 40_000);
  } finally {
    await peer.stop();
    await processes.stop();
  }
});
