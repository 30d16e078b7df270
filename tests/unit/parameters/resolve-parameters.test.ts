import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";
import { isForNode } from "../../../src/parameters/for-node.js";
import { NODE_PARAMETERS } from "../../../src/parameters/node-parameters.js";
import { isNumber, type Parameter } from "../../../src/parameters/parameter.js";
import { checkParameter, resolveParameters } from "../../../src/parameters/resolve-parameters.js";

const refusalOf = (act: () => unknown): RehearseError | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof RehearseError) return error;
    throw error;
  }
  return undefined;
};
const resolve = (overrides: Record<string, unknown>) => resolveParameters(CONTROLLER_PARAMETERS, overrides, "a test");

describe("parameters", () => {
  it.each([
    [{ control_rate_hz: 101 }, "RH-PARAM-RANGE"],
    [{ control_rate_hz: Number.NaN }, "RH-PARAM-TYPE"],
    [{ control_rate_hz: Number.POSITIVE_INFINITY }, "RH-PARAM-TYPE"],
    [{ control_rate_hz: "20" }, "RH-PARAM-TYPE"],
    [{ samples: 12.5 }, "RH-PARAM-TYPE"],
    [{ samples: 3n }, "RH-PARAM-RANGE"],
    [{ sample: 12 }, "RH-PARAM-UNKNOWN"],
    [{ constructor: 1 }, "RH-PARAM-UNKNOWN"],
    [JSON.parse('{"__proto__": 1}'), "RH-PARAM-UNKNOWN"],
    [{ model: 3 }, "RH-PARAM-TYPE"],
    [{ use_goal_yaw: 1 }, "RH-PARAM-TYPE"],
    [{ precision: "int4" }, "RH-PARAM-RANGE"],
    [{ seed: null }, "RH-PARAM-TYPE"],
  ])("%o is refused with %s", (overrides, code) => {
    expect(refusalOf(() => resolve(overrides))?.code).toBe(code);
  });

  it("a number is taken exactly when it lies within its range", () => {
    const speed: Parameter = { default: 0.5, min: 0, max: 1, description: "speed", unit: "m/s" };
    fc.assert(
      fc.property(fc.double(), (value) => {
        const code = refusalOf(() => checkParameter("speed", speed, value, "a test"))?.code;
        expect(code).toBe(!Number.isFinite(value) ? "RH-PARAM-TYPE" : value >= 0 && value <= 1 ? undefined : "RH-PARAM-RANGE");
      }),
    );
    // ROS sends whole numbers as such.
    expect(checkParameter("speed", speed, 1n, "a test")).toBe(1);
  });

  it("a list holds texts only, and is kept as it was", () => {
    const files: Parameter = { default: [], description: "files" };
    const given = ["a", "b"];
    const kept = checkParameter("files", files, given, "a test");
    given.push("c");
    expect(kept).toEqual(["a", "b"]);
    expect(refusalOf(() => checkParameter("files", files, ["a", 1], "a test"))?.code).toBe("RH-PARAM-TYPE");
    expect(refusalOf(() => checkParameter("files", files, "a", "a test"))?.code).toBe("RH-PARAM-TYPE");
  });

  it("a refusal says what is allowed, and which name is meant", () => {
    expect(refusalOf(() => resolve({ control_rate_hz: 2 }))?.describe()).toBe(
      "RH-PARAM-RANGE: parameter 'control_rate_hz' is 2 in a test — give a value from 5 to 100 Hz",
    );
    expect(refusalOf(() => resolve({ horizon_step: 2 }))?.fix).toBe("did you mean horizon_steps?");
    expect(refusalOf(() => resolve({ zzzzzzzzzzzzzzzzzzz: 2 }))?.fix).toContain("known: autostart, commitment_s");
  });

  it("a long name is refused in a short text", () => {
    expect(refusalOf(() => resolve({ ["x".repeat(1e6)]: 1 }))?.message.length).toBeLessThan(200);
  });

  it("overlays what is given and freezes the result", () => {
    const values = resolve({ samples: 32 });
    expect(values.samples).toBe(32);
    expect(values.control_rate_hz).toBe(20);
    expect(Object.isFrozen(values)).toBe(true);
  });

  it("no parameter is a limit of the robot", () => {
    expect(Object.keys(CONTROLLER_PARAMETERS).filter((name) => /speed|accel|decel|clearance|keep_out|guard/.test(name))).toEqual([]);
  });
});

describe("the tables of the nodes", () => {
  const all = Object.values(NODE_PARAMETERS).flatMap((table) => Object.entries(table as Record<string, Parameter>));

  it("have defaults that keep their own ranges", () => {
    for (const [name, parameter] of all) expect(checkParameter(name, parameter, parameter.default, "the table")).toEqual(parameter.default);
  });

  it("give every number a range, for sliders", () => {
    for (const [name, parameter] of all) if (isNumber(parameter)) expect([name, parameter.min < parameter.max]).toEqual([name, true]);
  });

  it("agree where one name is in two of them", () => {
    for (const [name, parameter] of all)
      for (const table of Object.values(NODE_PARAMETERS) as Record<string, Parameter>[])
        if (Object.hasOwn(table, name) && name !== "seed")
          expect([name, typeof table[name]!.default]).toEqual([name, typeof parameter.default]);
  });

  it("have no names so alike that one node takes another's for a slip of the pen", () => {
    for (const table of [NODE_PARAMETERS.guard, NODE_PARAMETERS.simulation])
      for (const [name] of all) expect([name, isForNode(table, name, "a test")]).toEqual([name, Object.hasOwn(table, name)]);
  });

  it("leave to one another what is said to all nodes, and refuse what none of them knows", () => {
    const { guard } = NODE_PARAMETERS;
    expect(isForNode(guard, "robot", "a test")).toBe(true);
    expect(isForNode(guard, "samples", "a test")).toBe(false);
    expect(isForNode(guard, "use_sim_time", "a test")).toBe(false);
    // The guard's process knows no cost, and so not their parameters.
    expect(isForNode(guard, "goal_weight", "a test")).toBe(false);
    expect(refusalOf(() => isForNode(NODE_PARAMETERS.controller, "goal_wieght", "a test"))?.fix).toBe("did you mean goal_weight?");
    expect(refusalOf(() => isForNode(guard, "robto", "a test"))?.fix).toBe("did you mean robot?");
  });
});
