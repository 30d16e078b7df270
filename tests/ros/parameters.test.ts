import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SENSOR_QOS } from "../../src/messages/qos.js";
import type { ParameterTable } from "../../src/parameters/parameter.js";
import { openRos, type Ros } from "../../src/ros/rcl/context.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { Parameters } from "../../src/ros/rcl/parameters.js";
import "./support.js";

const FILE = `
/robot/brain:
  ros__parameters: {full_name: 1.5, use_sim_time: true, qos_overrides: {/robot/image: {subscription: {reliability: reliable}}}}
brain:
  ros__parameters: {bare_name: 2}
/**:
  ros__parameters: {seed: 3, robot: not for this one}
/robot/other:
  ros__parameters: {not_mine: 9.0}
`;

const table = (...names: string[]): ParameterTable =>
  Object.fromEntries(names.map((name) => [name, { default: 0, min: 0, max: 5, description: name }]));

describe("parameters from the command line and from files", () => {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-parameters-"));
  let ros: Ros;

  beforeAll(async () => {
    writeFileSync(join(folder, "file.yaml"), FILE);
    const args = ["--ros-args", "--params-file", join(folder, "file.yaml"), "-r", "planner:__node:=brain", "-p", "planner:given:=4"];
    ros = await openRos({ args, signals: false });
  });

  afterAll(async () => {
    await ros.shutdown();
    rmSync(folder, { recursive: true });
  });

  it("reach a node by its full name too, as launch files write it", async () => {
    const node = ros.createNode("brain", "robot");
    const parameters = new Parameters(ros, node, table("full_name", "bare_name", "seed", "not_mine"));
    expect(parameters.values).toEqual({ full_name: 1.5, bare_name: 2, seed: 3, not_mine: 0 });
    expect(node.getParameter("use_sim_time").value).toBe(true);
  });

  it("override QoS", () => {
    const node = ros.createNode("brain", "robot");
    new Endpoints(ros, node).subscribe("sensor_msgs/msg/Image", "image", SENSOR_QOS, () => undefined);
    const infos = node.getSubscriptionsInfoByTopic("/robot/image", false) as { qos_profile: { reliability: number } }[];
    expect(infos.map(({ qos_profile }) => qos_profile.reliability)).toContain(1);
    expect(node.getParameter("qos_overrides./robot/image.subscription.reliability").value).toBe("reliable");
  });

  it("out of range keep the node from starting, with the reason", () => {
    const node = ros.createNode("brain", "robot");
    expect(() => new Parameters(ros, node, { ...table("bare_name"), full_name: { default: 0, min: 0, max: 1, description: "" } })).toThrow(
      expect.objectContaining({ code: "RH-PARAM-RANGE" }),
    );
  });

  it("that a node does not have keep it from starting, with the name that is meant", () => {
    const node = ros.createNode("brain", "robot");
    expect(() => new Parameters(ros, node, table("full_names", "bare_name"))).toThrow(
      expect.objectContaining({ code: "RH-PARAM-UNKNOWN", fix: "did you mean full_names?" }),
    );
  });

  it("that ROS can't read are refused with its reason", async () => {
    await expect(openRos({ args: ["--ros-args", "-p", "nonsense"], signals: false, domainId: 3 })).rejects.toMatchObject({
      code: "RH-ROS-ARGS",
    });
  });
});
