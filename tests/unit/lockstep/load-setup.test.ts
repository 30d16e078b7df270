import { expect, it } from "vitest";
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
