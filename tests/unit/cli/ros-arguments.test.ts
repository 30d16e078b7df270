import { expect, it } from "vitest";
import { rosArguments } from "../../../src/cli/ros-arguments.js";

it.each([
  ["goal 1.2 0.4", ""],
  ["node guard --ros-args -p seed:=3", "--ros-args -p seed:=3"],
  ["goal 1 2 --ros-args -r a:=b -- --no-wait", "--ros-args -r a:=b --"],
  ["--ros-args -p a:=1 -- goal 1 2 --ros-args -p b:=2", "--ros-args -p a:=1 -- --ros-args -p b:=2"],
])("takes ROS's part of `%s`", (line, ros) => {
  expect(rosArguments(line.split(" ")).join(" ")).toBe(ros);
});
