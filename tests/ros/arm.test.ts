import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard } from "../../src/control/guard.js";
import type { JointState } from "../../src/core/body.js";
import { rosBodyOf } from "../../src/ros/nodes/body-topics.js";
import { ControllerNode } from "../../src/ros/nodes/controller-node.js";
import { GuardNode } from "../../src/ros/nodes/guard-node.js";
import { SimulationNode } from "../../src/ros/nodes/simulation-node.js";
import { taskWorldDefinition } from "../../src/worlds/index.js";
import { collect, eventually, IDLE_HOOKS, Peer, withRos } from "./support.js";

const robot = readRobotFile("calibration/reacher/robot.yaml");
const names = robot.joints.map(({ name }) => name);

describe("controller, guard and simulation of an arm", () => {
  const context = withRos(["--ros-args", "-p", "seed:=1000"]);
  let peer: Peer;
  let controller: ControllerNode;
  let states: readonly JointState[];

  beforeAll(async () => {
    peer = await Peer.start();
    const { ros } = context;
    const simulation = new SimulationNode(ros, {
      createWorld: (seed) => {
        const world = taskWorldDefinition("reacher").create({ seed });
        world.restore(taskWorldDefinition("reacher").episode(seed).start);
        return world;
      },
      body: rosBodyOf(robot),
    });
    const guard = new GuardNode(ros, { createGuard: (clock) => new Guard(robot, clock), body: () => rosBodyOf(robot) });
    controller = new ControllerNode(ros, {
      body: () => rosBodyOf(robot),
      hooks: IDLE_HOOKS,
    });
    states = collect(controller.joints);
    simulation.start();
    guard.start();
    await controller.start();
    await peer.subscribe("/commands_proposed", "sensor_msgs/msg/JointState");
    await peer.subscribe("/commands", "std_msgs/msg/Float64MultiArray");
    await peer.subscribe("/status", "std_msgs/msg/String", "latched");
    await eventually(() => states.length > 5, "joint states");
  });

  afterAll(async () => {
    await peer.stop();
  });

  it("speaks of joints and of nothing else", async () => {
    expect(states.at(-1)!.positionsRad).toHaveLength(2);
    expect((await peer.count("/cmd_vel_proposed")).publishers).toBe(0);
    expect((await peer.count("/odom")).subscribers).toBe(0);
  });

  it("moves a joint by way of the guard, tells of it by name, and rests when the controller falls silent", async () => {
    const before = states.at(-1)!.positionsRad;
    const direction = before[0]! > 0 ? -1 : 1;
    const moving = setInterval(() => controller.command({ kind: "joint-velocities", velocitiesRps: [0.5 * direction, 0] }), 50);
    try {
      const moved = await eventually(() => {
        const now = states.at(-1)!;
        return direction * (now.positionsRad[0]! - before[0]!) > 0.2 && now;
      }, "the shoulder turns");
      expect(moved.positionsRad[1]).toBeCloseTo(before[1]!, 3);
      expect(Math.abs(moved.velocitiesRps[0]!)).toBeLessThan(0.51);
      expect(peer.taken("/commands_proposed").at(-1)).toMatchObject({ name: names, velocity: [0.5 * direction, 0] });
    } finally {
      clearInterval(moving);
    }
    await eventually(() => states.at(-1)!.velocitiesRps.every((rps) => Math.abs(rps) < 1e-3), "the arm rests");
    expect(peer.taken("/commands").at(-1)).toMatchObject({ data: [0, 0] });
  });

  it("shows the joints' angles in its status", async () => {
    const body = states.at(-1)!;
    controller.show({
      tick: 1,
      nowNs: body.stampNs,
      mode: "idle",
      body,
      plan: undefined,
      verdict: { kind: "pass", command: { kind: "joint-velocities", velocitiesRps: [0, 0] } },
      planAgeNs: undefined,
    });
    const [shoulder, wrist] = body.positionsRad;
    await eventually(() => {
      const { joints } = JSON.parse(String(peer.taken("/status").at(-1)?.data ?? "{}"));
      return joints?.shoulder === shoulder && joints?.wrist === wrist;
    }, "the status");
  });
});
