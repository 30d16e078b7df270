import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { loadSetup, parametersGiven } from "../../../src/lockstep/load-setup.js";

it("takes an arm's model with an arm", () => {
  const { model, robot, parameters } = loadSetup([], undefined, "reacher");
  expect(model.axes.map(({ name }) => name)).toEqual(robot.joints.map(({ name }) => name));
  expect(parameters.control_rate_hz).toBe(10);
});

it.each([
  ["a base's model for an arm", ["model=models/rooms/base", "robot=calibration/reacher/robot.yaml"], "commands linear.x"],
  ["an arm's model for a base", ["model=models/reacher/base", "robot=calibration/rooms/robot.yaml"], "commands shoulder"],
])("refuses %s", (_, assignments, expected) => {
  expect(() => loadSetup(assignments)).toThrow(
    expect.objectContaining({ code: "RH-MODEL-ROBOT", message: expect.stringContaining(expected) }),
  );
});

describe("parameters that modules declare", () => {
  const COSTS = 'extra_costs=["./examples/custom-cost.mjs"]';
  const folder = mkdtempSync(join(tmpdir(), "own-parameters-"));
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const weightOf = (assignments: readonly string[], file?: string) =>
    (loadSetup(assignments, file).parameters as unknown as Record<string, unknown>).gentle_weight;

  it.each([
    ["on the command line", "samples: 32", [COSTS, "gentle_weight=2"], 2],
    ["in a file, whose module the command line names", "gentle_weight: 3", [COSTS], 3],
    ["on the command line, over the file's", "gentle_weight: 3", ["gentle_weight=4", COSTS], 4],
    ["nowhere", "samples: 32", [COSTS, "gentle_weight=0.5"], 0.5],
  ])("are set %s", (_, lines, assignments, expected) => {
    for (const node of ["controller", "/**"]) {
      const file = written("controller.yaml", `${node}: {ros__parameters: {${lines}}}\n`);
      expect(weightOf(assignments, file)).toBe(expected);
    }
  });

  it("are set in a file that names the module, too", () => {
    const file = written(
      "both.yaml",
      "controller: {ros__parameters: {gentle_weight: 3.0, extra_costs: [./examples/custom-cost.mjs]}}\n/**: {ros__parameters: {gentle_weight: 1.0}}\n",
    );
    expect(weightOf([], file)).toBe(3);
    expect(parametersGiven(["gentle_weight=9"], "rooms", file).own).toEqual({ gentle_weight: 9 });
    expect(() => parametersGiven(["gentle_weight=9"], "rooms")).toThrow(expect.objectContaining({ code: "RH-PARAM-UNKNOWN" }));
    expect(() => parametersGiven(["gentle_weight=-1"], "rooms", file)).toThrow(expect.objectContaining({ code: "RH-PARAM-RANGE" }));
  });

  it("are refused where no module declares them, and by the source that is wrong", () => {
    expect(() => loadSetup(["gentle_weight=2"])).toThrow(expect.objectContaining({ code: "RH-PARAM-UNKNOWN" }));
    const file = written("wrong.yaml", "controller: {ros__parameters: {gentle_weight: 1001.0}}\n");
    expect(() => loadSetup([COSTS], file)).toThrow(expect.objectContaining({ message: expect.stringContaining(`is 1001 in ${file}`) }));
  });

  it("need a module that is there, and does not wait while it is loaded", () => {
    const refused = (assignments: readonly string[]) => {
      try {
        loadSetup(assignments);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "none";
    };
    expect(refused(["mine=1", "planner=./nowhere.mjs"])).toBe("RH-MODULE-MISSING");
    expect(refused(["mine=1", `planner=${written("throws.mjs", "throw new Error('no');")}`])).toBe("RH-MODULE-LOAD");
    expect(refused(["mine=1", `planner=${written("waits.mjs", "await 0; export default { create() {} };")}`])).toBe("RH-MODULE-LOAD");
    expect(refused(["mine=1", `planner=${written("slow.mjs", "export default async () => ({ create() {} });")}`])).toBe("RH-MODULE-LOAD");
    expect(refused(["mine=1", `planner=${written("other.mjs", "export default 5;")}`])).toBe("RH-MODULE-EXPORT");
    expect(refused([`planner=${written("throws.mjs", "throw new Error('no');")}`])).toBe("none");
  });
});

it("warns, once a process, of a robot file that uses a former name", () => {
  const folder = mkdtempSync(join(tmpdir(), "robot-"));
  const file = join(folder, "robot.yaml");
  writeFileSync(file, readFileSync("calibration/rooms/robot.yaml", "utf8").replace(/^uncertainty:/m, "doubt:"));
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    for (let i = 0; i < 2; i++) expect(loadSetup([`robot=${file}`]).robot.uncertainty.surpriseStop).toBeGreaterThan(0);
    expect(written.mock.calls.map(([line]) => line)).toEqual([
      `warning: ${file}: the section doubt is called uncertainty now; rename it\n`,
    ]);
  } finally {
    written.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
