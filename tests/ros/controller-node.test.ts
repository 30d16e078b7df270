import ndarray from "ndarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cycle } from "../../src/core/cycle.js";
import { RehearseError } from "../../src/core/error.js";
import { ControllerNode } from "../../src/ros/nodes/controller-node.js";
import { collect, eventually, Peer, sleep, withRos } from "./support.js";

const CHANGE = "lifecycle_msgs/srv/ChangeState";
const GET = "lifecycle_msgs/srv/GetState";

describe("a controller node, seen by rclpy", () => {
  const context = withRos(["--ros-args", "-p", "autostart:=false", "-p", "goal_weight:=0.25"]);
  let peer: Peer;
  let node: ControllerNode;
  const log: string[] = [];
  let refuseConfigure = true;

  beforeAll(async () => {
    peer = await Peer.start();
    node = new ControllerNode(context.ros, {
      hooks: {
        onConfigure: async () => {
          log.push("configure");
          await sleep(300);
          if (refuseConfigure)
            throw new RehearseError("RH-MODEL-HASH", "no such model", "train one", {
              details: { path: "rollout.onnx", graph: "rollout", found: "b", expected: "a" },
            });
        },
        onActivate: () => void log.push("activate"),
        onDeactivate: () => void log.push("deactivate"),
        onCleanup: () => void log.push("cleanup"),
        onCancel: () => "cancelled",
        onPause: () => {
          throw new RehearseError("RH-CONTROLLER-INACTIVE", "can't pause", "wait");
        },
        onResume: () => undefined,
        diagnose: () => ({ level: "ok", message: "fine", values: { plan_age_ms: 12.5 } }),
      },
    });
    await node.start();
    await peer.subscribe("/cmd_vel_proposed", "geometry_msgs/msg/TwistStamped");
    await peer.subscribe("/status", "std_msgs/msg/String", "latched");
    await peer.subscribe("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray");
    await peer.subscribe("/plan", "nav_msgs/msg/Path");
    await peer.subscribe("/markers", "visualization_msgs/msg/MarkerArray");
    await peer.subscribe("/controller/transition_event", "lifecycle_msgs/msg/TransitionEvent");
    await eventually(async () => (await peer.count("/cmd_vel_proposed")).publishers === 1, "discovery");
  });

  afterAll(async () => {
    await peer.stop();
  });

  const state = async () => ((await peer.call("/controller/get_state", GET)).current_state as { label: string }).label;
  const change = async (label: string) => (await peer.call("/controller/change_state", CHANGE, { transition: { label } })).success;

  it("goes through its states by the standard services; a failed configure can be retried", async () => {
    expect(await state()).toBe("unconfigured");
    expect(await change("activate")).toBe(false);
    const first = change("configure");
    await sleep(100);
    expect(await state()).toBe("configuring");
    expect(await change("configure")).toBe(false);
    expect(await first).toBe(false);
    expect(await state()).toBe("unconfigured");
    expect(log).toEqual(["configure", "cleanup"]);
    refuseConfigure = false;
    expect(await change("configure")).toBe(true);
    expect(await state()).toBe("inactive");
    expect(await change("activate")).toBe(true);
    expect(await state()).toBe("active");
    const available = await peer.call("/controller/get_available_transitions", "lifecycle_msgs/srv/GetAvailableTransitions");
    expect((available.available_transitions as { transition: { label: string } }[]).map(({ transition }) => transition.label)).toEqual([
      "deactivate",
      "shutdown",
    ]);
    const states = await peer.call("/controller/get_available_states", "lifecycle_msgs/srv/GetAvailableStates");
    expect(states.available_states).toHaveLength(11);
    const graph = await peer.call("/controller/get_transition_graph", "lifecycle_msgs/srv/GetAvailableTransitions");
    expect(graph.available_transitions).toHaveLength(25);
    const events = await eventually(
      () => (peer.taken("/controller/transition_event").length >= 6 ? peer.taken("/controller/transition_event") : undefined),
      "transition events",
    );
    expect(events.map(({ goal_state }) => (goal_state as { label: string }).label)).toEqual([
      "configuring",
      "unconfigured",
      "configuring",
      "inactive",
      "activating",
      "active",
    ]);
  });

  it("takes images, odometry, scans, goals and the emergency stop from rclpy", async () => {
    const frames = collect(node.frames);
    const odometry = collect(node.odometry);
    const scans = collect(node.scans);
    const goals = collect(node.goals);
    const estops = collect(node.estop);
    const pixels = Array.from({ length: 2 * 8 }, (_, i) => i);
    for (const topic of ["/image", "/odom", "/scan", "/goal_pose", "/estop"]) {
      const types: Record<string, string> = {
        "/image": "sensor_msgs/msg/Image",
        "/odom": "nav_msgs/msg/Odometry",
        "/scan": "sensor_msgs/msg/LaserScan",
        "/goal_pose": "geometry_msgs/msg/PoseStamped",
        "/estop": "std_msgs/msg/Bool",
      };
      await peer.advertise(topic, types[topic]!, topic === "/image" ? "sensor" : "reliable");
    }
    await sleep(500);
    await peer.publish("/image", "sensor_msgs/msg/Image", {
      header: { stamp: { sec: 3, nanosec: 5 }, frame_id: "camera_optical" },
      width: 2,
      height: 2,
      encoding: "bgr8",
      step: 8,
      data: pixels,
    });
    await peer.publish("/odom", "nav_msgs/msg/Odometry", {
      header: { stamp: { sec: 4, nanosec: 0 }, frame_id: "odom" },
      child_frame_id: "base_link",
      pose: { pose: { position: { x: 1, y: -0.5 }, orientation: { z: Math.SQRT1_2, w: Math.SQRT1_2 } } },
      twist: { twist: { linear: { x: 0.3 }, angular: { z: -0.1 } } },
    });
    await peer.publish("/odom", "nav_msgs/msg/Odometry", { pose: { pose: { position: { x: "nan" }, orientation: { w: 1 } } } });
    await peer.publish("/scan", "sensor_msgs/msg/LaserScan", {
      angle_min: -3,
      angle_increment: 0.5,
      range_min: 0.05,
      range_max: 6,
      ranges: [1, "inf", "-inf", "nan", 9],
    });
    await peer.publish("/goal_pose", "geometry_msgs/msg/PoseStamped", {
      header: { stamp: { sec: 7, nanosec: 8 }, frame_id: "odom" },
      pose: { position: { x: 0.5, y: 1.5 }, orientation: { w: 1 } },
    });
    await peer.publish("/estop", "std_msgs/msg/Bool", { data: true });
    await eventually(() => estops.length > 0 && goals.length > 0 && scans.length > 0 && frames.length > 0, "messages");
    await sleep(200);
    expect(frames).toHaveLength(1);
    expect(frames[0]!.stampNs).toBe(3_000_000_005n);
    expect([...frames[0]!.rgb]).toEqual([2, 1, 0, 5, 4, 3, 10, 9, 8, 13, 12, 11]);
    expect(odometry).toHaveLength(1);
    expect(odometry[0]!.odomFromBase.yawRad).toBeCloseTo(Math.PI / 2);
    expect(odometry[0]!.twistInBase).toEqual({ vxMps: 0.3, vyMps: 0, yawRateRps: -0.1 });
    expect([...scans[0]!.rangesM]).toEqual([1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN]);
    expect(goals).toHaveLength(1);
    expect(goals[0]).toEqual({
      kind: "pose",
      stampNs: 7_000_000_008n,
      frameId: "odom",
      position: { x: 0.5, y: 1.5, z: 0 },
      orientation: { x: 0, y: 0, z: 0, w: 1 },
    });
    expect(estops).toEqual([true]);
  });

  it("sends commands while active, a stop when deactivated, and nothing after", async () => {
    node.command({ kind: "twist", vxMps: 0.4, vyMps: 0, yawRateRps: 0.2 });
    await eventually(() => peer.taken("/cmd_vel_proposed").length > 0, "a command");
    const vx = (message: unknown) => (message as { twist: { linear: { x: number } } }).twist.linear.x;
    expect(peer.taken("/cmd_vel_proposed").map(vx)).toEqual([0.4]);
    expect(await change("deactivate")).toBe(true);
    node.command({ kind: "twist", vxMps: 0.4, vyMps: 0, yawRateRps: 0.2 });
    await sleep(200);
    expect(peer.taken("/cmd_vel_proposed").map(vx)).toEqual([0.4, 0, 0]);
    expect(await change("activate")).toBe(true);
  });

  it("answers goals on status, and shows plans", async () => {
    const request = {
      kind: "pose",
      stampNs: 99n,
      frameId: "map",
      position: { x: 0, y: 0, z: 0 },
      orientation: { x: 0, y: 0, z: 0, w: 1 },
    } as const;
    node.answer(request, new RehearseError("RH-GOAL-FRAME", "map?", "use odom", { details: { frame: "map", known: ["odom"] } }));
    const status = async () => JSON.parse(String(peer.taken("/status").at(-1)?.data ?? "{}"));
    await eventually(async () => (await status()).refusal?.requestNs === "99", "the refusal");
    node.answer(request, { kind: "pose", id: 5, xM: 1, yM: 2 });
    const cycle: Cycle = {
      tick: 1,
      nowNs: 5n,
      mode: "tracking",
      body: undefined,
      planAgeNs: 2_000_000n,
      verdict: { kind: "pass", command: { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 } },
      plan: {
        goalId: 5,
        startNs: 1_000_000_000n,
        freeNs: 1_000_000_000n,
        frameNs: 1_000_000_000n,
        stepNs: 200_000_000n,
        actions: ndarray(new Float32Array(2), [1, 2]),
        latents: ndarray(new Float32Array(4), [2, 2]),
        poses: ndarray(new Float32Array([0, 0, 0, 0.5, 0.25, 0.1]), [2, 3]),
        energy: { total: 1, violation: 0, terms: {}, byIteration: [] },
        iterations: 3,
        durationNs: 30_000_000n,
        surprise: 1,
        goalPosition: { xM: 1, yM: 2 },
        remaining: 1.5,
      },
    };
    await eventually(async () => (await peer.count("/plan")).publishers === 1, "discovery");
    node.show(cycle);
    await eventually(() => peer.taken("/plan").length > 0 && peer.taken("/markers").length > 0, "the plan");
    const poses = peer.taken("/plan")[0]!.poses as {
      pose: { position: { x: number; y: number } };
      header: { stamp: { sec: number; nanosec: number } };
    }[];
    expect(poses.map(({ pose }) => [pose.position.x, pose.position.y])).toEqual([
      [0, 0],
      [0.5, 0.25],
    ]);
    expect(poses[1]!.header.stamp).toEqual({ sec: 1, nanosec: 200_000_000 });
    expect((peer.taken("/markers")[0]!.markers as unknown[]).length).toBe(3);
    await eventually(async () => (await status()).mode === "tracking", "the status");
    expect(await status()).toMatchObject({
      goal: { id: 5, requestNs: "99", xM: 1 },
      plan: { iterations: 3, ageMs: 2 },
      verdict: { kind: "pass" },
    });
    expect((await status()).refusal).toBeUndefined();
  });

  it("answers its services, with reasons", async () => {
    expect(await peer.call("/cancel", "std_srvs/srv/Trigger")).toEqual({ success: true, message: "cancelled" });
    expect(await peer.call("/pause", "std_srvs/srv/Trigger")).toEqual({
      success: false,
      message: "RH-CONTROLLER-INACTIVE: can't pause — wait",
    });
    expect(await peer.call("/resume", "std_srvs/srv/Trigger")).toEqual({ success: true, message: "done" });
  });

  describe("its parameters", () => {
    const DOUBLE = 3;
    const weight = (value: object) => ({ name: "goal_weight", value });
    const set = async (...parameters: object[]) =>
      (await peer.call("/controller/set_parameters", "rcl_interfaces/srv/SetParameters", { parameters })).results as {
        successful: boolean;
        reason: string;
      }[];
    const read = async (name: string) =>
      ((await peer.call("/controller/get_parameters", "rcl_interfaces/srv/GetParameters", { names: [name] })).values as object[])[0];

    it("are taken within their range", async () => {
      expect(node.parameters.values.goal_weight).toBe(0.25);
      const changes: number[] = [];
      node.parameters.onChange(({ goal_weight }, before) => changes.push(before.goal_weight, goal_weight));
      expect(await set(weight({ type: DOUBLE, double_value: 0.75 }))).toEqual([{ successful: true, reason: "" }]);
      expect(await set(weight({ type: DOUBLE, double_value: -1 }))).toEqual([
        {
          successful: false,
          reason: "RH-PARAM-RANGE: parameter 'goal_weight' is -1 in a request to set it — give a value from 0 to 1000000000 1/m",
        },
      ]);
      expect((await set(weight({ type: 2, integer_value: 1 })))[0]!.successful).toBe(true);
      expect(node.parameters.values.goal_weight).toBe(1);
      expect(changes).toEqual([0.25, 0.75, 0.75, 1]);
      expect(await read("goal_weight")).toMatchObject({ type: DOUBLE, double_value: 1 });
    });

    it.each([
      ["an unknown name", { name: "sampels", value: { type: 2, integer_value: 8 } }, "RH-PARAM-UNKNOWN"],
      ["a name that objects have", { name: "constructor", value: { type: 2, integer_value: 8 } }, "RH-PARAM-UNKNOWN"],
      ["no name", { name: "", value: { type: 2, integer_value: 8 } }, "RH-PARAM-UNKNOWN"],
      ["another type", { name: "samples", value: { type: 4, string_value: "8" } }, "RH-PARAM-TYPE"],
      ["no value", { name: "samples", value: { type: 0 } }, "RH-PARAM-TYPE"],
      ["a type that ROS does not know", { name: "samples", value: { type: 77 } }, "RH-PARAM-TYPE"],
      ["one that is fixed", { name: "model", value: { type: 4, string_value: "models/other" } }, "RH-PARAM-FIXED"],
      ["the removal of one that rclnodejs has", { name: "use_sim_time", value: { type: 0 } }, "RH-PARAM-TYPE"],
    ])("refuse %s", async (_, parameter, code) => {
      const before = node.parameters.values;
      const [{ successful, reason }] = (await set(parameter)) as [{ successful: boolean; reason: string }];
      expect([successful, reason.split(":")[0]]).toEqual([false, code]);
      expect(node.parameters.values).toBe(before);
    });

    it("are reviewed as a whole before they hold, in turn, all or none", async () => {
      node.parameters.reviewBy(async ({ samples, iterations }) => {
        await sleep(50);
        if (samples * iterations > 1000) throw new RehearseError("RH-COST-SIZE", "too much to plan with", "take less");
        return undefined;
      });
      const samples = (n: number) => ({ name: "samples", value: { type: 2, integer_value: n } });
      const iterations = (n: number) => ({ name: "iterations", value: { type: 2, integer_value: n } });
      const before = node.parameters.values;
      const both = await peer.call("/controller/set_parameters_atomically", "rcl_interfaces/srv/SetParametersAtomically", {
        parameters: [samples(500), iterations(3)],
      });
      expect(both.result).toEqual({ successful: false, reason: "RH-COST-SIZE: too much to plan with — take less" });
      expect(node.parameters.values).toBe(before);
      expect(await read("samples")).toMatchObject({ integer_value: before.samples });
      expect((await set(samples(500), iterations(3), iterations(2))).map(({ successful }) => successful)).toEqual([false, true, true]);
      expect((await set(samples(500)))[0]!.successful).toBe(true);
      expect(node.parameters.values).toMatchObject({ samples: 500, iterations: 2 });
    });

    it("describe their ranges and choices, for sliders and lists", async () => {
      const { descriptors } = await peer.call("/controller/describe_parameters", "rcl_interfaces/srv/DescribeParameters", {
        names: ["samples", "goal_terminal", "precision"],
      });
      expect(descriptors).toMatchObject([
        { type: 2, read_only: false, integer_range: [{ from_value: 8, to_value: 4096, step: 1 }] },
        { type: 3, floating_point_range: [{ from_value: 0, to_value: 1, step: 0 }] },
        { type: 4, read_only: true, additional_constraints: "one of int8, float32" },
      ]);
    });
  });

  it("tells its health once a second, REP-107", async () => {
    const status = await eventually(() => {
      const all = peer
        .taken("/diagnostics")
        .map(({ status }) => (status as { name: string; level: number; message: string; values: { key: string; value: string }[] }[])[0]!);
      const says = (key: string) => (status: (typeof all)[0]) => status.values.find((value) => value.key === key)?.value;
      return all.find((status) => says("lifecycle")(status) === "active" && says("odom.refused")(status) === "1");
    }, "diagnostics");
    const values = Object.fromEntries(status.values.map(({ key, value }) => [key, value]));
    expect(status.name).toBe("rehearse: controller");
    expect(values).toMatchObject({ plan_age_ms: "12.5", lifecycle: "active" });
    expect(values["odom.refusal"]).toContain("RH-ODOM-NAN");
  });
});
