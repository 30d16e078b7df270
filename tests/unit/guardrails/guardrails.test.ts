import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ruleOf, VIOLATION_IDS } from "../../../src/core/violation.js";
import { constraintsFor, GUARDRAILS, gateRulesFor } from "../../../src/guardrails/index.js";
import { ARM } from "./arm.js";
import { ROOMS_ROBOT } from "./robot.js";

describe("the table of findings", () => {
  const byRules = VIOLATION_IDS.filter((id) => !["gate", "guard"].includes(ruleOf(id)));

  test("has just what the rules can report, each with the rule that reports it", () => {
    const declared = GUARDRAILS.flatMap(({ id, violations }) => violations.map((violation) => [violation, id] as const));
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(byRules.map((id) => [id, ruleOf(id)])));
    expect(declared).toHaveLength(byRules.length);
  });

  test("of rules that fail, and of others' rules, follows from the name", () => {
    expect(ruleOf("speed.failed")).toBe("speed");
    expect(ruleOf("gate.failed")).toBe("gate");
    expect(ruleOf("custom/slow-zone")).toBe("custom/slow-zone");
    expect(ruleOf("custom/slow-zone.failed")).toBe("custom/slow-zone");
  });
});

test("every rule has its file and a row on the safety page that links to it", () => {
  const page = readFileSync("docs/reference/safety.md", "utf8");
  const linked = [...page.matchAll(/\]\(\.\.\/\.\.\/(src\/guardrails\/rules\/[\w-]+\.ts)\)/g)].map(([, file]) => file!);
  expect(new Set(linked).size).toBe(GUARDRAILS.length);
  const defined = linked.flatMap((file) => (existsSync(file) ? (/Guardrail<"([\w-]+)">/.exec(readFileSync(file, "utf8"))?.[1] ?? []) : []));
  expect(defined.sort()).toEqual(GUARDRAILS.map(({ id }) => id).sort());
});

test("a body is judged by the rules that are for it, the three that come first before all", () => {
  const base = gateRulesFor(ROOMS_ROBOT).map(({ id }) => id);
  expect(base.slice(0, 3)).toEqual(["finite", "freshness", "emergency-stop"]);
  expect(base).toContain("braking-distance");
  expect(base).not.toContain("joint-range");
  expect(gateRulesFor(ARM).map(({ id }) => id)).toContain("joint-range");
  expect(gateRulesFor({ ...ROOMS_ROBOT, scanner: undefined }).map(({ id }) => id)).not.toContain("braking-distance");
});

test("plans are asked to keep only what plans can keep", () => {
  expect(constraintsFor(ROOMS_ROBOT).map(({ id }) => id)).toEqual([
    "finite",
    "speed",
    "lateral-acceleration",
    "workspace",
    "braking-distance",
  ]);
  expect(constraintsFor(ARM).map(({ id }) => id)).toEqual(["finite", "speed", "joint-range"]);
});
