import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";
import { evalCommand } from "../../src/cli/eval.js";
import { customGuardrails } from "../../src/config/custom-guardrails.js";
import { readRobotFile } from "../../src/config/robot-file.js";
import { SafetyGate } from "../../src/control/gate.js";
import type { WorldReport } from "../../src/evaluation/index.js";
import { driving, scan, twist } from "./guardrails/robot.js";

const all = readdirSync("examples").filter((file) => /\.(ts|mjs)$/.test(file));
const modules = all.filter((file) => file.endsWith(".mjs"));
const names = all.filter((file) => file.endsWith(".ts"));
const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});

it.each(names)("%s is at most 60 lines, and imports nothing but the package", (name) => {
  const text = readFileSync(`examples/${name}`, "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => specifier);
  expect(new Set(imported)).toEqual(new Set(["rehearse"]));
});

it.each(modules)("%s is at most 60 lines, imports nothing, and says by which command it runs", (name) => {
  const text = readFileSync(`examples/${name}`, "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  expect(text).not.toMatch(/^import |await import\(/m);
  expect(commandOf(name)[0]).toBe("./rehearse");
});

it("has a test here for each example", () => {
  const text = readFileSync("tests/unit/examples.test.ts", "utf8");
  expect(all.filter((name) => !text.includes(name.replace(".ts", ".js")))).toEqual([]);
});

/** The command that a module's first comment gives, in words. */
function commandOf(name: string): string[] {
  const line = /^ \* {5}(\.\/rehearse .*)$/m.exec(readFileSync(`examples/${name}`, "utf8"))?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
}

/** What `rehearse eval` prints as JSON for one episode of the model. */
async function evaluated(...args: string[]): Promise<WorldReport & { readonly kind: "navigation" }> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await evalCommand().parseAsync([...args, "--drivers", "model", "--seed", "1", "--deterministic", "--json"], { from: "user" });
  } finally {
    spy.mockRestore();
  }
  return JSON.parse(written.join(""));
}
const plainDrive = once(() => evaluated("rooms", "--episodes", "1"));
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

it("custom-cost.mjs makes the robot take its time", async () => {
  const { success, timeToGoalS } = await evaluated(...commandOf("custom-cost.mjs").slice(2));
  expect(success).toBe(1);
  expect(timeToGoalS).toBeGreaterThan(1.1 * (await plainDrive()).timeToGoalS!);
});

it("custom-cost.mjs's weight is set by its name, whichever is set first", async () => {
  const named = ["rooms", "--episodes", "1", "--set", 'extra_costs=["./examples/custom-cost.mjs"]'];
  const plain = await plainDrive();
  const weightless = await evaluated(...named, "--set", "gentle_weight=0");
  expect(weightless.timeToGoalS).toBe(plain.timeToGoalS);
  const light = await evaluated("rooms", "--episodes", "1", "--set", "gentle_weight=0.25", ...named.slice(3));
  expect(light.success).toBe(1);
  expect(light.timeToGoalS).toBeGreaterThan(plain.timeToGoalS!);
});

it.each([
  ["gentle_weight=1001", "RH-PARAM-RANGE", "parameter 'gentle_weight' is 1001 in the command line", "give a value from 0 to 1000"],
  ["gentle_weight=heavy", "RH-PARAM-TYPE", "parameter 'gentle_weight' is", "give a number; default: 0.5"],
  ["gentle_wight=1", "RH-PARAM-UNKNOWN", "no parameter is named 'gentle_wight'", "did you mean gentle_weight?"],
  ["zzzzzzzzz=1", "RH-PARAM-UNKNOWN", "no parameter is named 'zzzzzzzzz'", "gentle_weight"],
])("custom-cost.mjs refuses %s as what is built in does", async (assignment, code, message, fix) => {
  await expect(evaluated("rooms", "--set", assignment, "--set", 'extra_costs=["./examples/custom-cost.mjs"]')).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    fix: expect.stringContaining(fix),
  });
});

it("weak-motors.mjs is a world to evaluate in, where all takes longer", async () => {
  const { success, timeToGoalS } = await evaluated(...commandOf("weak-motors.mjs").slice(2));
  expect(success).toBe(1);
  expect(timeToGoalS).toBeGreaterThan(1.2 * (await plainDrive()).timeToGoalS!);
});

it("custom-planner.mjs drives to the goal, by plans of its own", async () => {
  const { success, timeToGoalS, gate } = await evaluated(...commandOf("custom-planner.mjs").slice(2));
  expect(success).toBe(1);
  const plain = await plainDrive();
  expect([timeToGoalS, gate]).not.toEqual([plain.timeToGoalS, plain.gate]);
});

it("smallest-loop plans and drives", async () => {
  vi.stubEnv("REHEARSE_MODEL", "tests/fixtures/tiny-model");
  vi.stubEnv("REHEARSE_SECONDS", "2");
  const { modes, collisions } = await import("../../examples/smallest-loop.js");
  // The fixture's weights are random: it plans, but knows no way.
  expect(modes.slice(0, 2)).toEqual(["planning", "tracking"]);
  expect(collisions).toBe(0);
  expect(printed.join("\n")).toMatch(/m to go, gate: (pass|limited|stop)/);
});

it("custom-guardrail.mjs, named by its robot file, slows the drive down", async () => {
  const { success, timeToGoalS } = await evaluated(...commandOf("custom-guardrail.mjs").slice(2));
  expect(success).toBe(1);
  expect(timeToGoalS).toBeGreaterThan(1.5 * (await plainDrive()).timeToGoalS!);
});

it("custom-guardrail.mjs is what the gate of that robot limits by", () => {
  const robot = readRobotFile("examples/custom-guardrail.robot.yaml");
  expect(new SafetyGate(robot, customGuardrails(robot)).admit(twist(0.5), driving(0.5, 0, { scan: scan(4) }))).toMatchObject({
    kind: "limited",
    command: twist(0.2),
    because: [{ id: "custom/slow-zone", value: 0.5, limit: 0.2 }],
  });
});

it("skid-steer.mjs, named by its robot file, drives no faster than its tracks run", async () => {
  const { success, timeToGoalS, gate } = await evaluated(...commandOf("skid-steer.mjs").slice(2));
  expect(success).toBe(1);
  const plain = await plainDrive();
  expect([timeToGoalS, gate]).not.toEqual([plain.timeToGoalS, plain.gate]);
});

it("skid-steer.mjs is what the gate of that robot knows of its motion", () => {
  const robot = readRobotFile("examples/skid-steer.robot.yaml");
  const { command } = new SafetyGate(robot).admit(twist(0.6, 2), driving(0.5, 1, { scan: scan(4), lastOutput: twist(0.5, 1) }));
  const { vxMps, yawRateRps } = command as ReturnType<typeof twist>;
  expect(vxMps + 0.15 * yawRateRps).toBeLessThanOrEqual(0.6 + 1e-9);
  expect(yawRateRps).toBeGreaterThan(0);
});

it("custom-world is driven at its wall, and the guard stops the robot before it", async () => {
  const { corridor } = await import("../../examples/custom-world.js");
  expect(corridor.collisions).toBe(0);
  const { odomFromBase, twistInBase } = corridor.odometry();
  expect(odomFromBase.xM).toBeGreaterThan(1.6);
  expect(odomFromBase.xM).toBeLessThan(1.85);
  expect(Math.abs(twistInBase.vxMps)).toBeLessThan(0.02);
});
