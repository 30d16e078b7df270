import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";

const URDF = readFileSync("calibration/arm-urdf/arm.urdf", "utf8");
const ROBOT = readFileSync("calibration/arm-urdf/robot.yaml", "utf8");

function read(urdf: string | undefined, robot = ROBOT) {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  if (urdf !== undefined) writeFileSync(join(folder, "arm.urdf"), urdf);
  writeFileSync(join(folder, "robot.yaml"), robot);
  return readRobotFile(join(folder, "robot.yaml"));
}

describe("an arm's URDF", () => {
  test("gives frames in the order of the tree, capsules, and the pairs that must not touch", () => {
    const { links } = read(URDF);
    expect(links!.frames.map(({ parent, joint }) => [parent, joint?.index])).toEqual([
      [-1, 0],
      [0, 1],
      [1, 2],
      [2, undefined],
    ]);
    expect(links!.capsules[2]).toMatchObject({ link: "forearm", fromM: [0, 0, 0], toM: [0, 0, 0.25], radiusM: 0.025 * Math.SQRT2 });
    expect(links!.pairs).toEqual([
      [0, 2],
      [0, 3],
      [1, 3],
    ]);
    expect(Object.isFrozen(links!.capsules[0]!.fromM)).toBe(true);
  });

  test("an angle is the same whatever the order of the tags, and roll, pitch, yaw are about fixed axes", () => {
    const turned = read(URDF.replace('<origin xyz="0 0 0.3"/>', '<origin rpy="0.3 -0.2 1.1" xyz="0 0 0.3"/>')).links!.frames[2]!.rotation;
    const [r, p, y] = [0.3, -0.2, 1.1];
    expect(turned[0]).toBeCloseTo(Math.cos(y) * Math.cos(p), 12);
    expect(turned[6]).toBeCloseTo(-Math.sin(p), 12);
    expect(turned[7]).toBeCloseTo(Math.cos(p) * Math.sin(r), 12);
  });

  test.each([
    ["no file", undefined, ROBOT, "RH-URDF-READ", /no URDF can be read/],
    ["no XML", "robot", ROBOT, "RH-URDF", /is no URDF/],
    ["another root", "<sdf/>", ROBOT, "RH-URDF", /its root is no <robot>/],
    [
      "a mesh",
      URDF.replace('<sphere radius="0.03"/>', '<mesh filename="tool.stl"/>'),
      ROBOT,
      "RH-URDF",
      /the collision geometry of tool is a mesh/,
    ],
    ["an empty geometry", URDF.replace('<sphere radius="0.03"/>', ""), ROBOT, "RH-URDF", /of tool is empty/],
    ["a radius of none", URDF.replace('sphere radius="0.03"', 'sphere radius="0"'), ROBOT, "RH-URDF", /radius of the sphere of tool is 0/],
    [
      "a joint that slides",
      URDF.replace('name="pan" type="revolute"', 'name="pan" type="prismatic"'),
      ROBOT,
      "RH-URDF",
      /the joint pan is prismatic/,
    ],
    [
      "a joint that the robot file lacks",
      URDF.replace('name="flange" type="fixed"', 'name="flange" type="revolute"'),
      ROBOT,
      "RH-URDF",
      /the joint flange moves/,
    ],
    ["a joint that it has not", URDF.replaceAll('"elbow"', '"wrist"'), ROBOT, "RH-URDF", /has no movable joint elbow/],
    ["two roots", URDF.replace('<parent link="turret"/>', '<parent link="nobody"/>'), ROBOT, "RH-URDF", /hangs on nothing that is there/],
    ["a ring", URDF.replace('<child link="turret"/>', '<child link="base_link"/>'), ROBOT, "RH-URDF", /hangs on nothing/],
    ["no numbers", URDF.replace('xyz="0 0 0.22"', 'xyz="0 0 up"'), ROBOT, "RH-URDF", /origin xyz of pan is "0 0 up"/],
    [
      "a link that may touch and is none",
      URDF,
      ROBOT.replace("[base_link, upper_arm]", "[base, upper_arm]"),
      "RH-URDF",
      /has no link base/,
    ],
    ["an empty box", URDF, ROBOT.replace("max: [0.45,", "max: [0.3,"), "RH-URDF", /is empty/],
    ["a path", URDF, ROBOT.replace("urdf: arm.urdf", "urdf: ../arm.urdf"), "RH-ROBOT-SCHEMA", /a plain file name/],
  ])("%s: refused, and why", (_, urdf, robot, code, message) => {
    expect(() => read(urdf, robot)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  test("entities and their bombs are not followed", () => {
    const bomb = `<!DOCTYPE robot [<!ENTITY a "${"x".repeat(100)}">]>${URDF.replace('<?xml version="1.0"?>', "").replace("arm-urdf", "&a;")}`;
    expect(() => read(bomb)).toThrow(expect.objectContaining({ code: "RH-URDF" }));
  });

  test("the example is complete", () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
    for (const file of ["robot.yaml", "arm.urdf"]) copyFileSync(`calibration/arm-urdf/${file}`, join(folder, file));
    expect(readRobotFile(join(folder, "robot.yaml")).links?.clearanceM).toBe(0.03);
  });
});
