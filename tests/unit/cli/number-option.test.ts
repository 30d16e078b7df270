import { expect, it } from "vitest";
import { evalCommand } from "../../../src/cli/eval.js";
import { goalCommand } from "../../../src/cli/goal.js";
import { numberFrom, wholeFrom } from "../../../src/cli/number-option.js";

it.each(["0", "-1", "1.5", "abc", "", " ", "NaN", "Infinity", "1e400"])("a whole number from 1 is not '%s'", (text) => {
  expect(() => wholeFrom(1)(text)).toThrow("Give a whole number from 1.");
});

it("numbers within the bounds pass", () => {
  expect([wholeFrom(1)("1"), wholeFrom(0)("0"), numberFrom(0)("0"), numberFrom(0, true)("0.5"), wholeFrom(1)("1e3")]).toEqual([
    1, 0, 0, 0.5, 1000,
  ]);
  expect(() => numberFrom(0, true)("0")).toThrow("Give a number above 0.");
  expect(() => numberFrom(0)("-0.1")).toThrow("Give a number from 0.");
});

it("an evaluation of no episodes is refused before anything is loaded", async () => {
  const command = evalCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await expect(command.parseAsync(["rooms", "--episodes", "0"], { from: "user" })).rejects.toMatchObject({
    code: "commander.invalidArgument",
    message: expect.stringContaining("--episodes <n>"),
  });
});

it("a goal of four numbers is refused, not cut short", async () => {
  await expect(goalCommand().parseAsync(["1", "2", "3", "4"], { from: "user" })).rejects.toMatchObject({ code: "RH-CLI-GOAL" });
});
