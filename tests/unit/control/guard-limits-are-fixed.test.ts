import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { BASE_CEILINGS, CEILINGS, JOINT_CEILINGS } from "../../../src/guardrails/ceilings.js";

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((file) => (file.endsWith(".ts") ? [`${folder}/${file}`] : []));

/** Lines that are neither empty nor comment nor import: what has to be read to know what the guard does. */
function codeLines(path: string): number {
  const text = readFileSync(path, "utf8")
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "")
    .replace(/^import[\s\S]*?;$/gm, "");
  return text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

describe("what limits a robot", () => {
  test.each(["rooms", "omni", "arm"])("%s: is frozen to the last number", (name) => {
    const thaw = (part: unknown): string[] =>
      typeof part !== "object" || part === null
        ? []
        : [...(Object.isFrozen(part) ? [] : [JSON.stringify(part)]), ...Object.values(part).flatMap(thaw)];
    expect(thaw(readRobotFile(`calibration/${name}/robot.yaml`))).toEqual([]);
  });

  test("is named by no parameter, topic, service, model or goal", () => {
    const keys = [...CEILINGS, ...BASE_CEILINGS, ...JOINT_CEILINGS].flatMap(({ key }) => key.split(".").at(-1)!);
    const settable = [
      "src/messages/topics.ts",
      "src/ros/rcl/parameters.ts",
      "src/parameters/node-parameters.ts",
      "src/parameters/controller-parameters.ts",
      "src/parameters/guard-parameters.ts",
      "src/parameters/simulation-parameters.ts",
    ];
    const text = [...settable, "src/config/model-file.ts", "src/core/goal.ts", "src/runtime/run-guard.ts"].map((file) =>
      readFileSync(file, "utf8"),
    );
    // The controller's own period is a parameter of planning; what the gate takes for it is the robot file's.
    const named = keys.filter(
      (key) => key.length > 1 && key !== "control_period_s" && text.some((t) => new RegExp(`\\b${key}\\b`).test(t)),
    );
    expect(named).toEqual([]);
  });

  test("is set by nothing in the code: no rule, gate or guard writes to the robot", () => {
    const judged = [...sources("src/guardrails"), "src/control/gate.ts", "src/control/guard.ts"];
    for (const path of judged)
      expect(readFileSync(path, "utf8"), path).not.toMatch(/(robot|limits|doubt|staleness|response)\.\w+ [-+*/]?= /);
  });
});

test("gate, guard and rules can be read in one sitting", () => {
  const gate = ["gate", "gate-history", "guard", "scan-placement"].map((file) => `src/control/${file}.ts`);
  const judged = [...sources("src/guardrails"), ...gate];
  expect(judged.reduce((sum, path) => sum + codeLines(path), 0)).toBeLessThanOrEqual(1540);
  for (const path of judged) expect(codeLines(path), path).toBeLessThanOrEqual(130);
});
