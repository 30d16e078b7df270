import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pose2 } from "../../src/core/body.js";
import { messageFromScan, scanFromMessage } from "../../src/messages/laser-scan.js";
import { odometryFromMessage } from "../../src/messages/odometry.js";
import { RELIABLE_QOS, SENSOR_QOS } from "../../src/messages/qos.js";
import { SimulationClient } from "../../src/ros/clients/simulation-client.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { type Disc, scanWithDisc } from "../../src/worlds/scan-with-disc.js";
import { CommandProcess } from "./processes/node-process.js";
import { eventually, Peer, sleep, withRos } from "./support.js";

const TWIST = "geometry_msgs/msg/Twist";
const INPUT = "cmd_vel_nav";
const FORWARD_MPS = 0.4;
const ROBOT_RADIUS_M = 0.15;

describe("the guard by itself, in front of a stand-in for Nav2's controller server that publishes Twist at 20 Hz", () => {
  const context = withRos();
  let simulation: CommandProcess;
  let guard: CommandProcess;
  let world: SimulationClient;
  let state: GuardState | undefined;
  let pose: Pose2 | undefined;
  let disc: Disc | undefined;
  const commands: { readonly atMs: number; readonly mps: number }[] = [];
  let wanted: (() => { readonly mps: number; readonly rps: number }) | undefined;
  let driving: NodeJS.Timeout;

  beforeAll(async () => {
    const { ros } = context;
    simulation = new CommandProcess([
      ...["node", "simulation", "--ros-args", "-r", "scan:=true_scan", "-p", "enable_stamped_cmd_vel:=false", "-p", "seed:=50001"],
    ]);
    guard = new CommandProcess(["guard", "--robot", "calibration/rooms/robot.yaml", "--input", INPUT]);
    new StatusClient(ros).guard.subscribe((heard) => {
      state = heard;
    });
    world = new SimulationClient(ros);
    const endpoints = new Endpoints(ros, ros.createNode("controller_server"));
    const drive = endpoints.publish(TWIST, INPUT, RELIABLE_QOS);
    const scans = endpoints.publish("sensor_msgs/msg/LaserScan", "scan", SENSOR_QOS);
    endpoints.subscribe(TWIST, "cmd_vel", RELIABLE_QOS, ({ linear }) => commands.push({ atMs: performance.now(), mps: linear.x }));
    endpoints.subscribe("nav_msgs/msg/Odometry", "odom", SENSOR_QOS, (message) => {
      pose = odometryFromMessage(message).odomFromBase;
    });
    endpoints.subscribe("sensor_msgs/msg/LaserScan", "true_scan", SENSOR_QOS, (message) => {
      const scan = scanFromMessage(message);
      scans.send(messageFromScan(disc && pose ? scanWithDisc(scan, pose, disc) : scan, message.header.frame_id, message.scan_time));
    });
    endpoints.node.spin();
    driving = setInterval(() => {
      if (wanted === undefined) return;
      const { mps, rps } = wanted();
      drive.send({ linear: { x: mps, y: 0, z: 0 }, angular: { x: 0, y: 0, z: rps } });
    }, 50);
    await eventually(() => state && world.state && pose, "simulation and guard", 30_000);
  });

  afterAll(async () => {
    clearInterval(driving);
    await Promise.all([guard.stop(), simulation.stop()]);
  });

  const moving = () => commands.slice(-3).length === 3 && commands.slice(-3).every(({ mps }) => mps > 0.1);
  const standing = () => commands.slice(-3).length === 3 && commands.slice(-3).every(({ mps }) => Math.abs(mps) <= 0.02);
  const place = async (at: Pose2) => {
    wanted = undefined;
    disc = undefined;
    await world.place(at);
    // Odometry has jumped, which the guard does not believe for a while.
    await sleep(1500);
  };

  it("lets nothing touch, however straight it is driven at walls, and lets it go on along them", async () => {
    await place({ xM: 1, yM: -1.5, yawRad: 0 });
    let chosen = 0;
    let drivenM = 0;
    let last = pose!;
    wanted = () => {
      drivenM += Math.hypot(pose!.xM - last.xM, pose!.yM - last.yM);
      last = pose!;
      // Places in both rooms and beyond the walls, by turns; straight at each, through whatever is there.
      const goals = [
        { xM: 3, yM: 0 },
        { xM: 1.2, yM: 3 },
        { xM: -1, yM: 0.5 },
        { xM: 1, yM: -3 },
        { xM: 0.3, yM: 1.5 },
      ] as const;
      const goal = goals[Math.floor(chosen++ / 80) % goals.length]!;
      const bearing = Math.atan2(goal.yM - pose!.yM, goal.xM - pose!.xM) - pose!.yawRad;
      const rps = Math.max(-1.5, Math.min(1.5, 3 * Math.atan2(Math.sin(bearing), Math.cos(bearing))));
      return { mps: Math.cos(bearing) > 0.7 ? 0.6 : 0, rps };
    };
    await sleep(24_000);
    expect(world.state!.collisions).toBe(0);
    expect(drivenM).toBeGreaterThan(3);
    expect(state!.counts.ticks.slowdown).toBeGreaterThan(50);
  });

  it("stops before what appears, holds while it stays, and goes on when it leaves", async () => {
    await place({ xM: 1, yM: -1.5, yawRad: Math.PI / 2 });
    wanted = () => ({ mps: FORWARD_MPS, rps: 0 });
    await eventually(moving, "motion");
    await sleep(1000);
    // It brakes within 0.08 m, and then stands within its clearance of it: nothing is left to drive.
    const aheadM = ROBOT_RADIUS_M + 0.1 + 0.2;
    disc = { xM: pose!.xM, yM: pose!.yM + aheadM, radiusM: 0.2 };
    const appearedMs = performance.now();
    await eventually(standing, "a stop", 2000);
    expect(performance.now() - appearedMs).toBeLessThan(600);
    await sleep(2000);
    expect(commands.filter(({ atMs }) => atMs > appearedMs + 600).every(({ mps }) => Math.abs(mps) <= 0.02)).toBe(true);
    disc = undefined;
    const leftMs = performance.now();
    await eventually(moving, "motion again", 3000);
    expect(performance.now() - leftMs).toBeLessThan(1000);
    expect(world.state!.collisions).toBe(0);
  });

  it("takes silence for a joystick let go: it stops, and nothing is wrong", async () => {
    await place({ xM: 1, yM: -1.5, yawRad: Math.PI / 2 });
    wanted = () => ({ mps: FORWARD_MPS, rps: 0 });
    await eventually(moving, "motion");
    wanted = undefined;
    const releasedMs = performance.now();
    await eventually(standing, "a stop", 2000);
    expect(performance.now() - releasedMs).toBeLessThan(600);
    await eventually(() => state!.verdict.kind === "stop", "the state");
    expect(state).toMatchObject({ level: "ok", values: { rules: "freshness.command" } });
    expect(guard.output).not.toContain("the newest command");
    wanted = () => ({ mps: FORWARD_MPS, rps: 0 });
    await eventually(moving, "motion again", 2000);
  });

  it("says what is wrong when somebody proposes with the stamped type", async () => {
    const peer = await Peer.start();
    await peer.advertise(`/${INPUT}`, "geometry_msgs/msg/TwistStamped");
    await eventually(
      () => state!.message.startsWith("RH-GUARD-INPUT: /peer publishes /cmd_vel_nav as geometry_msgs/msg/TwistStamped"),
      "it",
    );
    expect(state!.level).toBe("error");
    await peer.stop();
    await eventually(() => state!.level !== "error", "the end of it", 30_000);
  });
});

describe("a guard whose input is its output", () => {
  it("does not start", async () => {
    const guard = new CommandProcess(["guard", "--robot", "calibration/rooms", "--input", "cmd_vel"]);
    await eventually(() => guard.ended, "its end", 20_000);
    expect(guard.ended!.code).not.toBe(0);
    expect(guard.output).toContain("RH-GUARD-LOOP");
  });
});
