import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import type { RehearseError } from "../../../src/core/error.js";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import { BASE_CEILINGS, CEILINGS, enforceCeilings } from "../../../src/guardrails/ceilings.js";
import { gateRulesFor } from "../../../src/guardrails/index.js";
import { ROOMS_ROBOT } from "./robot.js";

const ALL = [...CEILINGS, ...BASE_CEILINGS];

/** The robot of `rooms` with the number behind one key of the file replaced. */
function robotWith(key: string, value: number): RobotDescription {
  const robot = structuredClone(ROOMS_ROBOT) as unknown as Record<string, unknown>;
  const path = key.split(".").map(camel);
  const last = path.pop()!;
  const group = path.reduce((part, name) => part[name] as Record<string, unknown>, robot);
  expect(typeof group[last], key).toBe("number");
  group[last] = value;
  return robot as unknown as RobotDescription;
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

describe("ceilings", () => {
  test("leave the first robot alone", () => {
    expect(() => enforceCeilings(ROOMS_ROBOT)).not.toThrow();
  });

  test("cover every number that a rule is made of", () => {
    const numbers = Object.entries(ROOMS_ROBOT).flatMap(([group, value]) => {
      if (typeof value === "number") return [group];
      if (!["footprint", "limits", "base", "response", "staleness", "uncertainty"].includes(group)) return [];
      return Object.entries(value as object)
        .flatMap(([key, number]) => (typeof number === "number" ? [key] : []))
        .map((key) => `${group}.${key}`);
    });
    expect(ALL.map(({ key }) => key.split(".").map(camel).join(".")).sort()).toEqual(numbers.sort());
  });

  test.each(ALL.map((ceiling) => [ceiling.key, ceiling] as const))("%s: both bounds, and what is no number", (key, { min, max, unit }) => {
    expect(() => enforceCeilings(robotWith(key, min))).not.toThrow();
    expect(() => enforceCeilings(robotWith(key, max))).not.toThrow();
    for (const beyond of [max * 1.001, min - 0.001, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => gateRulesFor(robotWith(key, beyond))).toThrow(
        expect.objectContaining({
          code: "RH-ROBOT-CEILING",
          message: expect.stringContaining(`${key} is ${beyond} ${unit} in ${ROOMS_ROBOT.source.path}`) as unknown,
        } satisfies Partial<Record<keyof RehearseError, unknown>>),
      );
    }
  });
});

describe("what one embodiment has of its own", () => {
  const car = readRobotFile("calibration/ackermann/robot.yaml");

  test.each([
    ["nothing", undefined],
    ["no number of that name", {}],
    ["more than is allowed", { ...car.own, wheelbase_m: 2.1 }],
    ["NaN", { ...car.own, wheelbase_m: Number.NaN }],
  ])("is bounded as well: %s is refused", (_what, own) => {
    expect(() => enforceCeilings(car)).not.toThrow();
    const { own: _, ...rest } = car;
    expect(() => enforceCeilings(own ? { ...rest, own } : rest)).toThrow(
      expect.objectContaining({ code: "RH-ROBOT-CEILING", message: expect.stringContaining("wheelbase_m") as unknown }),
    );
  });
});
