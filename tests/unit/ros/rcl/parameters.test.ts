import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../../src/core/error.js";
import { checkParameter, type ParameterSpec } from "../../../../src/ros/rcl/parameters.js";

const speed: ParameterSpec = { name: "speed", kind: "number", default: 0.5, min: 0, max: 1, description: "forward speed [m/s]" };
const count: ParameterSpec = { name: "count", kind: "integer", default: 5, min: 1, description: "how many" };
const method: ParameterSpec = { name: "method", kind: "string", default: "cem", among: ["cem", "mppi"], description: "planner" };
const on: ParameterSpec = { name: "on", kind: "boolean", default: true, description: "on" };

const codeOf = (value: unknown) => (value instanceof RehearseError ? value.code : value);

describe("a parameter", () => {
  it("is taken exactly when it lies within its range", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(codeOf(checkParameter(speed, value))).toBe(value >= 0 && value <= 1 ? value : "RH-PARAM-RANGE");
      }),
    );
    expect(codeOf(checkParameter(count, 0n))).toBe("RH-PARAM-RANGE");
    expect(checkParameter(count, 10n ** 9n)).toBe(1e9);
  });

  it("says in its refusal what is allowed", () => {
    const refusal = checkParameter(speed, 2) as RehearseError;
    expect(refusal.describe()).toBe("RH-PARAM-RANGE: parameter speed can't be 2 — allowed are values from 0 to 1");
  });

  it("has one type; a whole number is a number too", () => {
    expect(checkParameter(speed, 1n)).toBe(1);
    for (const [spec, value] of [
      [speed, "1"],
      [speed, true],
      [count, 1.5],
      [count, Number.NaN],
      [on, 1],
      [on, "true"],
      [method, 3],
    ] as const) {
      expect(codeOf(checkParameter(spec, value))).toBe("RH-PARAM-TYPE");
    }
    expect(checkParameter(on, false)).toBe(false);
  });

  it("of fixed choices takes those", () => {
    expect(checkParameter(method, "mppi")).toBe("mppi");
    expect(codeOf(checkParameter(method, "gradient"))).toBe("RH-PARAM-VALUE");
  });
});
