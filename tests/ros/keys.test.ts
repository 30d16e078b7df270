import { expect, it } from "vitest";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { publishersOf } from "../../src/ros/rcl/graph.js";
import { CommandProcess } from "./processes/node-process.js";
import { eventually, withRos } from "./support.js";

const context = withRos();

it("a guard that is to use keys and has none does not start without them", async () => {
  const endpoints = new Endpoints(context.ros, context.ros.createNode("watcher"));
  endpoints.node.spin();
  const env = { ROS_SECURITY_ENABLE: "true", ROS_SECURITY_STRATEGY: "Enforce", ROS_SECURITY_KEYSTORE: "/nowhere/keys" };
  const guard = new CommandProcess(
    ["node", "guard", "--ros-args", "-p", "robot:=calibration/rooms/robot.yaml", "--enclave", "/guard"],
    env,
  );
  const published = new Set<string>();
  await eventually(
    () => {
      for (const { fullName } of publishersOf(endpoints.node, "cmd_vel")) published.add(fullName);
      return guard.ended;
    },
    "its end",
    20_000,
  );
  expect(guard.ended!.code).not.toBe(0);
  expect(guard.output).toContain("RH-ROS-SECURITY: a connection can't be made with the keys in /nowhere/keys");
  expect([...published]).toEqual([]);
});
