import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { loadSetup } from "../../../src/lockstep/load-setup.js";

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
