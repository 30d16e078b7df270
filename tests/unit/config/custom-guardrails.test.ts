import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customGuardrails } from "../../../src/config/custom-guardrails.js";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { SafetyGate } from "../../../src/control/gate.js";
import { Guard } from "../../../src/control/guard.js";
import { constraintsFor } from "../../../src/guardrails/index.js";
import { driving, NOW_NS, scan, twist } from "../guardrails/robot.js";

const HALF_SPEED = `export const guardrail = {
  id: "custom/half-speed",
  violations: ["custom/half-speed"],
  rule: () => (command) =>
    command.vxMps > 0.3
      ? { violation: { id: "custom/half-speed", value: command.vxMps, limit: 0.3, unit: "m/s" }, allowed: { ...command, vxMps: 0.3 } }
      : undefined,
  constraint: () => (motion) => new Float32Array(motion.shape[0]).fill(-1),
};`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guardrails-"));
  writeFileSync(join(folder, "half-speed.mjs"), HALF_SPEED);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The robot of rooms, with these modules named in its file. */
function robotWith(...modules: readonly string[]) {
  const path = join(folder, "robot.yaml");
  writeFileSync(path, `${readFileSync("calibration/rooms/robot.yaml", "utf8")}\nguardrails: ${JSON.stringify(modules)}\n`);
  return readRobotFile(path);
}

function moduleOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe("guardrails that a robot file names", () => {
  test("are found beside the file, and judge as gate and planner do", () => {
    const robot = robotWith("./half-speed.mjs");
    const added = customGuardrails(robot);
    expect(new SafetyGate(robot, added).admit(twist(0.6), driving(0.6, 0, { scan: scan(3) }))).toEqual({
      kind: "limited",
      command: twist(0.3),
      because: [{ id: "custom/half-speed", value: 0.6, limit: 0.3, unit: "m/s" }],
    });
    expect(constraintsFor(robot, added).at(-1)?.id).toBe("custom/half-speed");
  });

  test("can't be left out: no gate and no guard is made without them", () => {
    const robot = robotWith("./half-speed.mjs");
    const clock = { nowNs: () => NOW_NS, steadyNs: () => NOW_NS };
    expect(() => new SafetyGate(robot)).toThrow(expect.objectContaining({ code: "RH-GUARDRAIL-MISSING" }));
    expect(() => new Guard(robot, clock)).toThrow(expect.objectContaining({ code: "RH-GUARDRAIL-MISSING" }));
    expect(new Guard(robot, clock, customGuardrails(robot)).tick().verdict.kind).toBe("stop");
  });

  test("none are named in the files that come with Rehearse", () => {
    expect(customGuardrails(readRobotFile("calibration/rooms/robot.yaml"))).toEqual([]);
  });

  test.each([
    ["that is not there", () => "./nowhere.mjs", "nowhere.mjs"],
    ["that throws", () => moduleOf("throws.mjs", "throw new Error('no licence');"), "no licence"],
    ["whose function throws", () => moduleOf("function-throws.mjs", "export default () => { throw new Error('no key'); };"), "no key"],
    ["that changes what it is handed", () => moduleOf("changes.mjs", "export default (r) => { r.MOTION_COLUMNS[0] = 'y'; };"), "read only"],
    ["that is no program", () => moduleOf("broken.mjs", "export const = 3;"), "broken.mjs"],
    ["that waits", () => moduleOf("waits.mjs", `await new Promise(() => {});\n${HALF_SPEED}`), "waits.mjs"],
  ])("a module %s is refused by name", (_, file, said) => {
    expect(() => customGuardrails(robotWith(file()))).toThrow(
      expect.objectContaining({ code: "RH-GUARDRAIL-LOAD", message: expect.stringContaining(said) as unknown }),
    );
  });

  test.each([
    ["nothing", "export const other = 1;", "no guardrail with an id"],
    ["a function that gives nothing", "export default () => undefined;", "no guardrail with an id"],
    ["a function that promises one", "export default async () => ({});", "no guardrail with an id"],
    ["one with the id of a rule that is built in", HALF_SPEED.replaceAll("custom/half-speed", "speed"), "no guardrail with an id"],
    ["one without a rule", HALF_SPEED.replace("rule:", "roule:"), "has no rule"],
    ["one whose list of violations is none", HALF_SPEED.replace("violations:", "findings:"), "no list of violations"],
    ["one whose constraint is no function", HALF_SPEED.replace(/constraint: .*,/, "constraint: 3,"), "is no function"],
  ])("a module that exports %s is refused", (what, text, said) => {
    const file = moduleOf(`${what.replaceAll(" ", "-")}.mjs`, text);
    expect(() => customGuardrails(robotWith(file))).toThrow(
      expect.objectContaining({ code: "RH-GUARDRAIL-SHAPE", message: expect.stringContaining(said) as unknown }),
    );
  });

  test("two with one id are refused, and so is what is no module", () => {
    const twin = moduleOf("twin.mjs", HALF_SPEED);
    expect(() => customGuardrails(robotWith("half-speed.mjs", twin))).toThrow(expect.objectContaining({ code: "RH-GUARDRAIL-SHAPE" }));
    expect(() => robotWith("rules.yaml")).toThrow(expect.objectContaining({ code: "RH-ROBOT-SCHEMA" }));
  });
});
