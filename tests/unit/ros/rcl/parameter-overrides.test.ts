import { describe, expect, it } from "vitest";
import { ruleMatches } from "../../../../src/ros/rcl/parameter-overrides.js";

const root = { name: "controller", fullName: "/controller" };
const inside = { name: "controller", fullName: "/fleet/r2/controller" };

describe("a rule for parameters", () => {
  it.each([
    ["controller", true, true],
    ["/controller", true, false],
    ["/fleet/r2/controller", false, true],
    ["fleet/r2/controller", false, true],
    ["/**", true, true],
    ["/**/controller", true, true],
    ["/*/controller", false, false],
    ["/*/r2/controller", false, true],
    ["/fleet/**", false, true],
    ["/*", true, false],
    ["guard", false, false],
    ["/controller2", false, false],
    ["/control", false, false],
  ])("%s", (rule, forRoot, forInside) => {
    expect(ruleMatches(rule, root)).toBe(forRoot);
    expect(ruleMatches(rule, inside)).toBe(forInside);
  });
});
