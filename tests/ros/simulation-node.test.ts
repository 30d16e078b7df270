import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StatusClient } from "../../src/ros/clients/status-client.js";
import { ControllerNode } from "../../src/ros/nodes/controller-node.js";
import { SimulationNode, type WorldState } from "../../src/ros/nodes/simulation-node.js";
import { createNavigationWorld, taskWorldDefinition } from "../../src/worlds/index.js";
import { collect, eventually, IDLE_HOOKS, Peer, sleep, withRos } from "./support.js";

const POSE = "geometry_msgs/msg/PoseWithCovarianceStamped";

describe("a simulation node", () => {
  const context = withRos(["--ros-args", "-p", "controller:autostart:=false", "-p", "simulation:seed:=3"]);
  let peer: Peer;
  let controller: ControllerNode;
  let simulation: SimulationNode;
  let worldState: readonly WorldState[];

  beforeAll(async () => {
    peer = await Peer.start();
    controller = new ControllerNode(context.ros, {
      hooks: IDLE_HOOKS,
    });
    await controller.start();
    worldState = collect(new StatusClient(context.ros).world);
    simulation = new SimulationNode(context.ros, {
      createWorld: (seed) => createNavigationWorld("rooms", { seed }),
      describe: () => ({ door: "open" }),
    });
    simulation.start();
    await peer.advertise("/cmd_vel", "geometry_msgs/msg/TwistStamped");
    await peer.advertise("/initialpose", POSE);
    await eventually(
      async () => (await peer.count("/cmd_vel")).subscribers === 1 && (await peer.count("/initialpose")).subscribers === 1,
      "discovery",
    );
  });

  afterAll(async () => {
    await peer.stop();
  });

  const place = (x: number, y: number) =>
    peer.publish("/initialpose", POSE, { header: { frame_id: "odom" }, pose: { pose: { position: { x, y }, orientation: { w: 1 } } } });

  it("gives what a robot gives, at its rates, stamped with the time it was seen", async () => {
    const frames = collect(controller.frames);
    const odometry = collect(controller.odometry);
    const scans = collect(controller.scans);
    await sleep(3000);
    expect(frames.length / 3).toBeGreaterThan(6);
    expect(frames.length / 3).toBeLessThan(11);
    expect(odometry.length / 3).toBeGreaterThan(30);
    expect(odometry.length / 3).toBeLessThan(52);
    expect(scans.length / 3).toBeGreaterThan(6);
    expect(frames[0]).toMatchObject({ width: 64, height: 64 });
    expect(scans[0]!.rangesM).toHaveLength(120);
    const ageS = Number(BigInt(Date.now()) * 1_000_000n - odometry.at(-1)!.stampNs) / 1e9;
    expect(Math.abs(ageS)).toBeLessThan(0.5);
    // A picture has the stamp of the odometry of its moment: both are of one step of the world.
    const stamps = new Set(odometry.map(({ stampNs }) => stampNs));
    expect(frames.filter(({ stampNs }) => stamps.has(stampNs)).length).toBeGreaterThan(frames.length / 2);
  });

  it("says what is true, for judging", async () => {
    expect(await eventually(() => worldState.at(-1), "world_state")).toMatchObject({ seed: 3, collisions: 0, door: "open" });
  });

  it("puts the robot where initialpose says, at rest; not into a wall", async () => {
    const before = worldState.at(-1)!.placements;
    await place(-1.5, -1);
    const placed = await eventually(() => worldState.find(({ placements }) => placements === before + 1), "the placement");
    expect(placed.pose).toMatchObject({ xM: expect.closeTo(-1.5, 6), yM: expect.closeTo(-1, 6) });
    expect(placed.placementRefusal).toBeUndefined();
    await place(5, 5);
    const refused = await eventually(() => worldState.find(({ placements }) => placements === before + 2), "the refusal");
    expect(refused.placementRefusal).toBeTruthy();
    expect(refused.pose.xM).toBeCloseTo(-1.5, 3);
  });

  it("drives as commanded, in real time, and stops 0.5 s after the last command", async () => {
    await place(-1.5, -1);
    await sleep(200);
    const startX = worldState.at(-1)!.pose.xM;
    for (let i = 0; i < 20; i++) {
      await peer.publish("/cmd_vel", "geometry_msgs/msg/TwistStamped", { twist: { linear: { x: 0.5 } } });
      await sleep(50);
    }
    await sleep(1500);
    const movedM = worldState.at(-1)!.pose.xM - startX;
    // 1 s of commands and 0.5 s until the world's own timeout, at 0.5 m/s, less acceleration, more braking.
    expect(movedM).toBeGreaterThan(0.4);
    expect(movedM).toBeLessThan(1);
    const stoodX = worldState.at(-1)!.pose.xM;
    await sleep(300);
    expect(worldState.at(-1)!.pose.xM).toBeCloseTo(stoodX, 3);
  });

  it("makes the world anew when its seed is set", async () => {
    await peer.call("/simulation/set_parameters", "rcl_interfaces/srv/SetParameters", {
      parameters: [{ name: "seed", value: { type: 2, integer_value: 8 } }],
    });
    const state = await eventually(() => worldState.find(({ seed }) => seed === 8), "the new world");
    const fresh = createNavigationWorld("rooms", { seed: 8 }).odomFromBase;
    expect(state.pose.xM).toBeCloseTo(fresh.xM, 6);
    expect(simulation.parameters.values.seed).toBe(8);
  });

  it("sets up a task's episode, without a scan it does not have, and another one when its seed is set", async () => {
    const definition = taskWorldDefinition("pusht");
    const task = new SimulationNode(context.ros, {
      createWorld(seed) {
        const world = definition.create({ seed });
        world.restore(definition.episode(seed).start);
        return world;
      },
      namespace: "task",
    });
    task.start();
    const topics = {
      "/task/world_state": "std_msgs/msg/String",
      "/task/odom": "nav_msgs/msg/Odometry",
      "/task/scan": "sensor_msgs/msg/LaserScan",
    };
    for (const [topic, type] of Object.entries(topics)) await peer.subscribe(topic, type, topic.endsWith("scan") ? "sensor" : "reliable");
    const last = () => peer.taken("/task/world_state").at(-1) as { data: string } | undefined;
    const state = () => JSON.parse(last()?.data ?? "{}") as { seed?: number; task?: number[]; pose?: { xM: number } };
    const setSeed = (seed: number) =>
      peer.call("/task/simulation/set_parameters", "rcl_interfaces/srv/SetParameters", {
        parameters: [{ name: "seed", value: { type: 2, integer_value: seed } }],
      });
    await setSeed(1000);
    await eventually(() => state().seed === 1000 && peer.taken("/task/odom").length > 5, "the state of the task");
    // A state of rest: nothing moves by itself.
    expect(definition.judge(Float64Array.from(state().task!), definition.episode(1000).start).error).toBeLessThan(0.1);
    expect(peer.taken("/task/scan")).toEqual([]);
    await setSeed(1001);
    await eventually(() => state().seed === 1001, "the next episode");
    expect(definition.judge(Float64Array.from(state().task!), definition.episode(1001).start).error).toBeLessThan(0.1);
    expect(definition.judge(Float64Array.from(state().task!), definition.episode(1000).start).error).toBeGreaterThan(1);
  });
});
