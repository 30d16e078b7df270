import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readParameterFile } from "../../../src/config/parameter-file.js";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { readRobotFolder } from "../../../src/config/robot-folder.js";
import { SafetyGate } from "../../../src/control/gate.js";
import { signedDistance } from "../../../src/math/polygon.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";
import { GUARD_PARAMETERS } from "../../../src/parameters/guard-parameters.js";
import { resolveParameters } from "../../../src/parameters/resolve-parameters.js";
import { STANDBY_PARAMETERS } from "../../../src/parameters/standby-parameters.js";
import { initRobotFolder, missingOfRobot, robotFolderPath, type SaidOfRobot } from "../../../src/runtime/init-robot-folder.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SAID: SaidOfRobot = {
  name: "cart-2",
  forwardMps: 0.7,
  yawRateRps: 1.2,
  accelerationMps2: 0.9,
  brakingMps2: 0.8,
  delayS: 0.08,
  timeoutS: 0.4,
  scanner: true,
  overhead: false,
  picture: { widthPx: 96, heightPx: 64 },
  topics: { image: "/camera/image_96", odometry: "/base/odom", scan: "/front/scan", command: "/base/cmd" },
  stamped: false,
  urdfPath: "tests/fixtures/urdf/cart.urdf",
};
const empty = () => mkdtempSync(join(tmpdir(), "rehearse-new-"));

interface OfTraining {
  readonly robot: { readonly name: string; readonly file: string; readonly corridor_half_width_m: number };
  readonly topics: Readonly<Record<string, string>>;
  readonly image: { readonly width: number; readonly height: number };
  readonly action: { readonly period_s: number; readonly command_timeout_s: number; readonly axes: { name: string; range: number[] }[] };
  readonly scanner: { readonly x_m: number; readonly y_m: number; readonly yaw_rad: number };
}

/** What the training package itself reads. */
function training(folder: string): OfTraining {
  const script = `
import dataclasses, json, sys
from pathlib import Path
from rehearse_training.config import load_config
from rehearse_training.data.robot_file import scanner_pose
config = load_config(Path(sys.argv[1]))
print(json.dumps({**dataclasses.asdict(config), "objective": None, "scanner": dataclasses.asdict(scanner_pose(config.robot))}))`;
  const env = { ...process.env, PYTHONPATH: `${ROOT}training` };
  return JSON.parse(execFileSync(`${ROOT}rehearse`, ["python", "-c", script, folder], { encoding: "utf8", env })) as OfTraining;
}

// The first run on a machine installs what training needs.
beforeAll(() => {
  execFileSync(`${ROOT}rehearse`, ["python", "-c", "import yaml"], { stdio: ["ignore", "inherit", "inherit"] });
}, 900_000);

describe.each([
  ["by a URDF", SAID, "base_link"],
  [
    "by numbers alone, sideways too, seen from above",
    { ...SAID, urdfPath: undefined, radiusM: 0.3, drive: "omnidirectional", overhead: true },
    "odom",
  ],
] as const)("the folder of a new robot, %s", (_, said, mountedOn) => {
  // Moved after it was made: nothing in it says where it lies.
  const made = join(empty(), "made");
  initRobotFolder(made, said);
  const folder = join(dirname(made), "moved");
  renameSync(made, folder);
  const robot = readRobotFile(folder);
  const facts = readRobotFolder(folder);

  it("has a robot file that a guard takes", () => {
    expect(() => new SafetyGate(robot)).not.toThrow();
    expect(robot).toMatchObject({
      name: "cart-2",
      limits: { forwardMps: 0.7, reverseMps: 0.35, yawRateRps: 1.2, accelerationMps2: 0.9, decelerationMps2: 0.8 },
      response: { commandDelayS: 0.08 },
      base: { commandTimeoutS: 0.4, holdSafe: true },
      camera: { mountedOn },
    });
  });

  it("says the same in each of its files, as their own readers read them", () => {
    const config = training(folder);
    expect(config.robot).toMatchObject({ name: robot.name, file: join(folder, "robot.yaml") });
    expect(config.topics).toMatchObject({ ...SAID.topics });
    expect(facts.remappings).toEqual({ image: "/camera/image_96", odom: "/base/odom", scan: "/front/scan", cmd_vel: "/base/cmd" });
    expect(facts.camera).toEqual({ widthPx: 96, heightPx: 64 });
    expect(config.image).toMatchObject({ width: 96, height: 64 });
    expect(facts.training).toMatchObject({ robot: robot.name, image: facts.camera, periodS: config.action.period_s });
    expect(config.action.command_timeout_s).toBe(robot.base.commandTimeoutS);
    expect(config.action.period_s).toBe(robot.controlPeriodS);
    const { forwardMps, reverseMps, sidewaysMps, yawRateRps } = robot.limits;
    const ranges = Object.fromEntries(config.action.axes.map(({ name, range }) => [name, range]));
    expect(ranges).toEqual({
      "linear.x": [-reverseMps, forwardMps],
      "angular.z": [-yawRateRps, yawRateRps],
      ...(sidewaysMps > 0 && { "linear.y": [-sidewaysMps, sidewaysMps] }),
    });
    const { xM, yM, yawRad } = robot.scanner!.baseFromScan;
    expect([config.scanner.x_m, config.scanner.y_m, config.scanner.yaw_rad]).toEqual([xM, yM, yawRad]);
    const wide = robot.footprint.polygonsM
      ? Math.max(...robot.footprint.polygonsM.flat().map(([, y]) => Math.abs(y)))
      : robot.footprint.radiusM;
    expect(config.robot.corridor_half_width_m).toBeCloseTo(wide, 3);
    expect(facts.parameterFile).toBe(join(folder, "parameters.yaml"));
    const of = { controller: CONTROLLER_PARAMETERS, guard: GUARD_PARAMETERS, standby: STANDBY_PARAMETERS };
    const values = (node: keyof typeof of) => resolveParameters(of[node], readParameterFile(folder, node), "the folder");
    expect(values("controller")).toMatchObject({ control_rate_hz: 1 / robot.controlPeriodS });
    for (const node of ["guard", "standby"] as const) expect(values(node)).toMatchObject({ enable_stamped_cmd_vel: false });
  });

  it("tells the next steps by its own name", () => {
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    for (const part of ["node guard", "drive", "record", "bag", "train", "node controller"]) expect(readme).toContain(part);
    expect(readme).toContain(basename(made));
  });
});

it("the footprint holds what the URDF has", () => {
  const folder = join(empty(), "cart");
  initRobotFolder(folder, SAID);
  const [polygon] = readRobotFile(folder).footprint.polygonsM!;
  for (const [x, y] of [
    [0.3, 0.13],
    [0.3, -0.13],
    [-0.2, 0.13],
    [-0.2, -0.13],
    [0.06, 0.16],
    [-0.06, -0.16],
  ] as const)
    expect(signedDistance(polygon!, x, y)).toBeLessThan(1e-4);
  // And not much more.
  expect(Math.max(...polygon!.map(([x]) => x))).toBeLessThan(0.303);
});

it("writes nothing where there is something, where a guard would refuse it, or into the checkout", () => {
  const there = empty();
  writeFileSync(join(there, "notes.txt"), "mine");
  expect(() => initRobotFolder(there, SAID)).toThrow(expect.objectContaining({ code: "RH-ROBOT-WRITE" }));
  const fast = join(empty(), "fast");
  expect(() => initRobotFolder(fast, { ...SAID, forwardMps: 9 })).toThrow(expect.objectContaining({ code: "RH-ROBOT-CEILING" }));
  expect(() => readFileSync(join(fast, "robot.yaml"))).toThrow();
  expect(() => robotFolderPath(join(ROOT, "docs/mine"))).toThrow(expect.objectContaining({ code: "RH-ROBOT-WRITE" }));
  expect(robotFolderPath(join(there, "mine"))).toBe(join(there, "mine"));
  expect(robotFolderPath("mine")).toBe(resolve(ROOT, "../mine"));
});

it("asks for what nothing tells", () => {
  const { forwardMps: _, ...rest } = SAID;
  expect(missingOfRobot(rest)).toEqual(["forwardMps"]);
  expect(missingOfRobot({ ...rest, urdfPath: undefined })).toEqual(["radiusM", "forwardMps"]);
});
