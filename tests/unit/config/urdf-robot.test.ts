import { readFileSync } from "node:fs";
import { parseXml } from "@rgrove/parse-xml";
import { describe, expect, it } from "vitest";
import { readUrdfRobot, urdfRobot } from "../../../src/config/urdf-robot.js";

const CART = "tests/fixtures/urdf/cart.urdf";

describe("a robot's URDF", () => {
  const robot = readUrdfRobot(CART);

  it("gives the outline on the floor, the wheels, and where scanner and camera are, all in base_link", () => {
    expect(robot).toMatchObject({ name: "cart", baseLink: "base_link" });
    const xs = robot.outlineM!.map(([x]) => x);
    const ys = robot.outlineM!.map(([, y]) => y);
    // The box is 0.5 m long around x = 0.05 m; the wheels reach 0.16 m to the sides.
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([expect.closeTo(-0.2, 6), expect.closeTo(0.3, 6)]);
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([expect.closeTo(-0.16, 6), expect.closeTo(0.16, 6)]);
    expect(robot.wheels).toEqual({ radiusM: 0.06, separationM: expect.closeTo(0.3, 9), fastestRps: 12 });
    expect(robot.scanner).toEqual({
      frame: "front_laser",
      xM: expect.closeTo(0.12, 9),
      yM: expect.closeTo(-0.01, 9),
      yawRad: expect.closeTo(Math.PI / 2, 9),
    });
  });

  it("a camera without an optical frame looks along its x: the optical frame is turned from it, as REP-103 has it", () => {
    expect(robot.camera).toEqual({
      frame: "camera_link",
      xM: expect.closeTo(0.13, 9),
      yM: expect.closeTo(0, 9),
      zM: expect.closeTo(0.3, 9),
      rollRad: expect.closeTo(-Math.PI / 2 - 0.2, 9),
      pitchRad: expect.closeTo(0, 9),
      yawRad: expect.closeTo(-Math.PI / 2, 9),
      widthPx: 640,
      heightPx: 480,
      viewRad: 1.2,
    });
  });

  it("says what it could not read", () => {
    expect(robot.notes).toEqual([expect.stringContaining("mast is a mesh")]);
    const upsideDown = readFileSync(CART, "utf8").replace('rpy="0 0 1.5707963267948966"', 'rpy="3.14159265 0 0"');
    expect(urdfRobot(parseXml(upsideDown).root!, "it").notes).toContainEqual(expect.stringContaining("upside down"));
  });

  it("gives the joints of an arm with their limits", () => {
    expect(readUrdfRobot("calibration/arm-urdf/arm.urdf").joints).toEqual([
      { name: "pan", positionRad: [-2.6, 2.6], velocityRps: 1 },
      { name: "shoulder", positionRad: [-2, 2], velocityRps: 1 },
      { name: "elbow", positionRad: [-2.8, 2.8], velocityRps: 1.5 },
    ]);
  });

  it.each([
    ["<robot><link name='a'/><link name='b'/></robot>", /2 links that hang on nothing/],
    ["<robot><link name='a'><collision><geometry><sphere radius='-1'/></geometry></collision></link></robot>", /a number above 0/],
  ])("is refused where it is none: %s", (text, why) => {
    expect(() => urdfRobot(parseXml(text).root!, "it")).toThrow(expect.objectContaining({ code: "RH-URDF" }));
    expect(() => urdfRobot(parseXml(text).root!, "it")).toThrow(
      expect.objectContaining({ describe: expect.any(Function), message: expect.stringMatching(/./) }),
    );
    try {
      urdfRobot(parseXml(text).root!, "it");
    } catch (error) {
      expect((error as { describe(): string }).describe()).toMatch(why);
    }
  });
});
