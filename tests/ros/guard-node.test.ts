import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BodyMeasurement } from "../../src/core/body.js";
import type { Command } from "../../src/core/command.js";
import type { ModelUncertainty } from "../../src/core/guardrail.js";
import { embodimentOf } from "../../src/embodiment/index.js";
import { StatusClient } from "../../src/ros/clients/status-client.js";
import type { RosBody } from "../../src/ros/nodes/body-topics.js";
import type { Guard, GuardReport } from "../../src/ros/nodes/guard-node.js";
import { GuardNode } from "../../src/ros/nodes/guard-node.js";
import { collect, eventually, Peer, sleep, withRos } from "./support.js";

const ARM: RosBody = {
  embodiment: embodimentOf({ drive: "joints" }),
  command: { kind: "joint-velocities", names: ["shoulder", "elbow"] },
};

/** Passes the newest command, writes down what it hears. */
class Scripted implements Guard {
  heard: string[] = [];
  command: Command = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
  broken = false;
  mayReset = true;
  onCommand(command: Command, stampNs: bigint): void {
    this.heard.push(`command ${stampNs}`);
    this.command = command;
  }
  onBody(body: BodyMeasurement): void {
    this.heard.push("odomFromBase" in body ? `odometry ${body.odomFromBase.xM}` : `joints ${body.positionsRad.join(" ")}`);
  }
  onModelUncertainty({ surprise }: ModelUncertainty): void {
    this.heard.push(`surprise ${surprise}`);
  }
  onScan({ rangesM }: { rangesM: Float32Array }): void {
    this.heard.push(`scan ${rangesM.length}`);
  }
  onEmergencyStop(pressed: boolean): void {
    this.heard.push(`stop ${pressed}`);
  }
  onZones(zonesM: readonly unknown[] | "unknown"): void {
    this.heard.push(`zones ${zonesM.length}`);
  }
  reset(): boolean {
    return this.mayReset;
  }
  tick(): GuardReport {
    if (this.broken) throw new Error("a bug");
    return { verdict: { kind: "pass", command: this.command }, emergencyStopped: false, counts: { pass: 3 } };
  }
}

const vx = (message: unknown): number => (message as { twist: { linear: { x: number } } }).twist.linear.x;

describe("a guard node, seen by rclpy", () => {
  const context = withRos();
  const guard = new Scripted();
  let peer: Peer;

  beforeAll(async () => {
    peer = await Peer.start();
    await peer.publish("/estop", "std_msgs/msg/Bool", { data: true }, "latched");
    await peer.subscribe("/cmd_vel", "geometry_msgs/msg/TwistStamped");
    await peer.subscribe("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray");
    new GuardNode(context.ros, { createGuard: () => guard }).start();
    await peer.advertise("/cmd_vel_proposed", "geometry_msgs/msg/TwistStamped");
    await peer.advertise("/odom", "nav_msgs/msg/Odometry");
    await peer.advertise("/scan", "sensor_msgs/msg/LaserScan", "sensor");
    await eventually(async () => (await peer.count("/cmd_vel")).publishers === 1, "discovery");
    // It listens for buttons before it takes a proposal.
    await sleep(2000);
  });

  beforeEach(() => {
    guard.broken = false;
    guard.heard = [];
  });

  afterAll(async () => {
    await peer.stop();
  });

  it("hears an emergency stop that was pressed before it was there", async () => {
    await peer.publish("/estop", "std_msgs/msg/Bool", { data: true }, "latched");
    await eventually(() => guard.heard.includes("stop true"), "the emergency stop");
  });

  it("sends a command each 20 ms, whatever comes in", async () => {
    const before = peer.taken("/cmd_vel").length;
    await sleep(2000);
    const rateHz = (peer.taken("/cmd_vel").length - before) / 2;
    expect(rateHz).toBeGreaterThan(30);
    expect(rateHz).toBeLessThan(52);
  });

  it("passes on what the guard says, stamped with the present", async () => {
    await peer.publish("/cmd_vel_proposed", "geometry_msgs/msg/TwistStamped", {
      header: { stamp: { sec: 5 } },
      twist: { linear: { x: 0.375 } },
    });
    await eventually(() => vx(peer.taken("/cmd_vel").at(-1)) === 0.375, "the command");
    expect(guard.heard).toContain("command 5000000000");
    const { header } = peer.taken("/cmd_vel").at(-1) as { header: { stamp: { sec: number }; frame_id: string } };
    expect(Math.abs(header.stamp.sec - Date.now() / 1000)).toBeLessThan(5);
    expect(header.frame_id).toBe("base_link");
  });

  it("gives odometry and scans to the guard, and keeps broken ones from it", async () => {
    await peer.publish("/odom", "nav_msgs/msg/Odometry", { pose: { pose: { position: { x: 2 }, orientation: { w: 1 } } } });
    await peer.publish("/odom", "nav_msgs/msg/Odometry", { pose: { pose: { position: { x: "nan" }, orientation: { w: 1 } } } });
    const ranges = { angle_increment: 0.1, range_max: 5, ranges: [1, 2, 3] };
    await peer.publish("/scan", "sensor_msgs/msg/LaserScan", ranges, "sensor");
    await eventually(() => guard.heard.length >= 2, "both");
    await sleep(100);
    expect(guard.heard).toEqual(expect.arrayContaining(["odometry 2", "scan 3"]));
    expect(guard.heard.filter((what) => what.startsWith("odometry"))).toHaveLength(1);
  });

  it("stops when the guard breaks, and when it says something that can't be sent", async () => {
    guard.broken = true;
    await eventually(() => vx(peer.taken("/cmd_vel").at(-1)) === 0, "a stop");
    guard.broken = false;
    guard.command = { kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 0 };
    await eventually(() => vx(peer.taken("/cmd_vel").at(-1)) === 0.5, "motion");
    guard.command = { kind: "twist", vxMps: Number.NaN, vyMps: 0, yawRateRps: 0 };
    await eventually(() => vx(peer.taken("/cmd_vel").at(-1)) === 0, "a stop");
    guard.command = { kind: "joint-velocities", velocitiesRps: [1] };
    await sleep(100);
    expect(vx(peer.taken("/cmd_vel").at(-1))).toBe(0);
    expect(peer.taken("/cmd_vel").every((message) => Number.isFinite(vx(message)))).toBe(true);
    guard.command = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
  });

  it("tells its state, and resets the emergency stop if the guard does", async () => {
    const client = new StatusClient(context.ros);
    const states = collect(client.guard);
    const state = await eventually(() => states[0], "guard_state");
    expect(state).toMatchObject({ level: "ok", values: { verdict: "pass", "count.pass": "3" } });
    await expect(client.call("estopReset")).rejects.toMatchObject({
      code: "RH-SERVICE-REFUSED",
      details: { answer: expect.stringContaining("its button is pressed (by peer)") },
    });
    await peer.publish("/estop", "std_msgs/msg/Bool", { data: false }, "latched");
    await eventually(() => guard.heard.includes("stop false"), "the release");
    expect(await client.call("estopReset")).toContain("is reset");
    guard.mayReset = false;
    await expect(client.call("estopReset")).rejects.toMatchObject({
      code: "RH-SERVICE-REFUSED",
      details: { answer: expect.stringContaining("RH-ESTOP-HELD") },
    });
  });

  it("tells its jitter once a second", async () => {
    const values = await eventually(() => {
      const [status] = (peer.taken("/diagnostics").at(-1)?.status ?? []) as { name: string; values: { key: string; value: string }[] }[];
      return status?.name === "rehearse: guard"
        ? Object.fromEntries(status.values.map(({ key, value }) => [key, Number(value)]))
        : undefined;
    }, "diagnostics");
    expect(values["tick.calls"]).toBeGreaterThan(30);
    expect(values["tick.calls"]).toBeLessThan(55);
    expect(values["tick.jitter_p50_us"]).toBeLessThan(5000);
  });
});

describe("the guard node of an arm, seen by rclpy", () => {
  const context = withRos();
  const guard = new Scripted();
  let peer: Peer;

  beforeAll(async () => {
    peer = await Peer.start();
    await peer.subscribe("/arm/commands", "std_msgs/msg/Float64MultiArray");
    guard.command = { kind: "joint-velocities", velocitiesRps: [0, 0] };
    new GuardNode(context.ros, { createGuard: () => guard, body: () => ARM, namespace: "arm" }).start();
    await peer.advertise("/arm/commands_proposed", "sensor_msgs/msg/JointState");
    await peer.advertise("/arm/joint_states", "sensor_msgs/msg/JointState");
    await peer.advertise("/arm/model_uncertainty", "std_msgs/msg/Float64MultiArray");
    await peer.advertise("/arm/doubt", "std_msgs/msg/Float64MultiArray");
    await eventually(async () => (await peer.count("/arm/commands")).publishers === 1, "discovery");
    // It listens for buttons before it takes a proposal.
    await sleep(2000);
  });

  afterAll(async () => {
    await peer.stop();
  });

  const sent = () => [...((peer.taken("/arm/commands").at(-1)?.data ?? []) as number[])];

  it("hears joint states, proposals by name and model uncertainty (also under its former topic), and sends plain velocities", async () => {
    await peer.publish("/arm/joint_states", "sensor_msgs/msg/JointState", {
      name: ["elbow", "shoulder"],
      position: [2, 1],
      velocity: [0, 0],
    });
    await peer.publish("/arm/commands_proposed", "sensor_msgs/msg/JointState", {
      header: { stamp: { sec: 7 } },
      name: ["elbow", "shoulder"],
      velocity: [0.5, 0.25],
    });
    await peer.publish("/arm/model_uncertainty", "std_msgs/msg/Float64MultiArray", { data: [3.5] });
    await eventually(() => guard.heard.length >= 3, "all three");
    await peer.publish("/arm/doubt", "std_msgs/msg/Float64MultiArray", { data: [4.5] });
    await eventually(() => guard.heard.includes("surprise 4.5"), "the former topic");
    expect(guard.heard).toEqual(expect.arrayContaining(["joints 1 2", "command 7000000000", "surprise 3.5"]));
    await eventually(() => sent()[0] === 0.25, "the command");
    expect(sent()).toEqual([0.25, 0.5]);
  });

  it("keeps joint states without one of its joints from the guard", async () => {
    guard.heard = [];
    await peer.publish("/arm/joint_states", "sensor_msgs/msg/JointState", { name: ["elbow"], position: [2], velocity: [0] });
    await sleep(300);
    expect(guard.heard).toEqual([]);
  });

  it("stops when the guard breaks, or says something that can't be sent", async () => {
    guard.broken = true;
    await eventually(() => sent().every((v) => v === 0), "a stop");
    guard.broken = false;
    await eventually(() => sent()[0] === 0.25, "motion");
    guard.command = { kind: "twist", vxMps: 1, vyMps: 0, yawRateRps: 0 };
    await eventually(() => sent().every((v) => v === 0), "a stop");
    expect(sent()).toHaveLength(2);
  });
});
