import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../../src/math/tensor.js";
import { expressionCost } from "../../../src/objective/expression-cost.js";
import { rolloutOf } from "./fakes.js";

const NAMES = ["robot.x [m]", "robot.y [m]", "robot.yaw.cos [1]", "clearance [m]"];

async function resultOf(expression: string, row: number[], constants?: Record<string, number>): Promise<number> {
  const cost = await expressionCost("mine", expression, NAMES, { ...(constants && { constants }) });
  return (await cost.evaluate(rolloutOf({ readouts: tensor(Float32Array.from(row), [1, 1, 4]) })))[0]!;
}

describe("expressionCost", () => {
  type Direct = (x: number, y: number, c: number, d: number) => number;
  test.each<[string, Direct]>([
    ["max(0, 0.5 - robot.x)", (x) => Math.max(0, 0.5 - x)],
    ["max(0, 0.5 - robot.x)^2 + 3 abs(robot.y)", (x, y) => Math.max(0, 0.5 - x) ** 2 + 3 * Math.abs(y)],
    ["-robot.x^2", (x) => -(x ** 2)],
    ["2^3^robot.yaw.cos", (_x, _y, c) => 2 ** (3 ** c)],
    ["(robot.x - 1) / (2 + robot.y^2) - +clearance", (x, y, _c, d) => (x - 1) / (2 + y ** 2) - d],
    ["robot.x > 0 ? robot.y : -clearance", (x, y, _c, d) => (x > 0 ? y : -d)],
    ["robot.x < 0.2 and not (robot.y >= 0.1 or clearance <= 0)", (x, y, _c, d) => Number(x < 0.2 && !(y >= 0.1 || d <= 0))],
    ["exp(-hypot(robot.x, robot.y, clearance)) * cos(pi / 3)", (x, y, _c, d) => Math.exp(-Math.hypot(x, y, d)) / 2],
    ["atan2(robot.y, robot.x) + sqrt(abs(clearance)) + log(e)", (x, y, _c, d) => Math.atan2(y, x) + Math.sqrt(Math.abs(d)) + 1],
    [
      "min(robot.x, robot.y, clearance, 0.1) + sign(robot.x) + tanh(robot.y) + square(3)",
      (x, y, _c, d) => Math.min(x, y, d, 0.1) + Math.sign(x) + Math.tanh(y) + 9,
    ],
    ["7", () => 7],
  ])("%s equals what JavaScript says", async (expression, direct) => {
    const cost = await expressionCost("mine", expression, NAMES);
    const number = fc.float({ min: -2, max: 2, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number, number, number), { minLength: 3, maxLength: 3 }), async (rows) => {
        const [value] = await cost.evaluate(rolloutOf({ readouts: tensor(Float32Array.from(rows.flat()), [1, 3, 4]) }));
        const expected = rows.reduce((sum, row) => sum + direct(...row), 0) / 3;
        expect(value).toBeCloseTo(expected, 4);
      }),
    );
  });

  test("steps make one value as asked; samples stay apart", async () => {
    const readouts = tensor(Float32Array.from([1, 5, 3, 2, 2, 4].flatMap((x) => [x, 0, 0, 0])), [2, 3, 4]);
    const over = async (how: "mean" | "max" | "last") => [
      ...(await (await expressionCost("mine", "robot.x", NAMES, { over: how })).evaluate(rolloutOf({ readouts }))),
    ];
    expect(await over("mean")).toEqual([3, Math.fround(8 / 3)]);
    expect(await over("max")).toEqual([5, 4]);
    expect(await over("last")).toEqual([3, 4]);
  });

  test("may name constants; readouts come first", async () => {
    expect(await resultOf("goal.x - robot.x", [1, 0, 0, 0], { "goal.x": 3, "robot.x": 99 })).toBe(2);
  });

  test("a result that is not a number stays one", async () => {
    expect(await resultOf("log(robot.x)", [-1, 0, 0, 0])).toBeNaN();
  });

  test.each([
    ["robot.z + 1", "RH-COST-NAME", "robot.z"],
    ["robot + 1", "RH-COST-NAME", "robot"],
    ["toString + 1", "RH-COST-NAME", "toString"],
    ["gamma(robot.x)", "RH-COST-FUNCTION", "gamma"],
    ["constructor(robot.x)", "RH-COST-FUNCTION", "constructor"],
    ["robot.x!", "RH-COST-FUNCTION", "factorial"],
    ["robot.x % 2", "RH-COST-FUNCTION", "mod"],
    ["max(0, 0.5 -", "RH-COST-SYNTAX", "max(0, 0.5 -"],
    ["", "RH-COST-SYNTAX", ""],
    ["abs(1, 2)", "RH-COST-SYNTAX", "abs"],
    ["max()", "RH-COST-SYNTAX", "max"],
    ["[1, 2, 3]", "RH-COST-SYNTAX", "[1, 2, 3]"],
    ["robot.x = 3", "RH-COST-SYNTAX", "robot.x = 3"],
    ["f(a) = a", "RH-COST-SYNTAX", "f(a) = a"],
    ["1; 2", "RH-COST-SYNTAX", "1"],
    ['"a"', "RH-COST-SYNTAX", "a"],
    ["true", "RH-COST-SYNTAX", "true"],
    ["0 < robot.x < 1", "RH-COST-SYNTAX", "0 < robot.x < 1"],
    ['robot["x" + "y"]', "RH-COST-SYNTAX", "robot"],
    ["robot.x(3)", "RH-COST-FUNCTION", "robot.x"],
    ["5 cm", "RH-COST-NAME", "cm"],
  ])("refuses %s with %s", async (expression, code, named) => {
    await expect(expressionCost("mine", expression, NAMES)).rejects.toMatchObject({ code, message: expect.stringContaining(named) });
  });

  test("the refusal of an unknown name lists the known ones", async () => {
    await expect(expressionCost("mine", "robot.z", NAMES)).rejects.toMatchObject({ fix: expect.stringContaining("clearance") });
  });
});
