import { describe, expect, it } from "vitest";
import { parameterValue } from "../../../src/introspection/parameters.js";

describe("parameterValue", () => {
  it.each([
    ["true", 0, { type: 1, bool_value: true }],
    ["3", 0, { type: 2, integer_value: 3n }],
    ["3", 3, { type: 3, double_value: 3 }],
    ["3.0", 0, { type: 3, double_value: 3 }],
    ["1e-3", 0, { type: 3, double_value: 0.001 }],
    ["cem", 0, { type: 4, string_value: "cem" }],
    ["3", 4, { type: 4, string_value: "3" }],
    ["./my: planner", 4, { type: 4, string_value: "./my: planner" }],
    ["[1, 2]", 0, { type: 7, integer_array_value: [1n, 2n] }],
    ["[1, 2]", 8, { type: 8, double_array_value: [1, 2] }],
    ["[1, 2.5]", 0, { type: 8, double_array_value: [1, 2.5] }],
    ["[a, b]", 0, { type: 9, string_array_value: ["a", "b"] }],
    ["[]", 9, { type: 9, string_array_value: [] }],
    ["[true]", 0, { type: 6, bool_array_value: [true] }],
  ])("%s for a parameter of type %d", (text, wanted, expected) => {
    expect(parameterValue(text, wanted)).toMatchObject(expected);
  });

  it("refuses a list of different types", () => {
    expect(() => parameterValue("[1, a]", 0)).toThrow(expect.objectContaining({ code: "RH-ROS-PARAMETER" }));
  });
});
