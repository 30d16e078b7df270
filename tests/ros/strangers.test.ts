import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Qos, RELIABLE_QOS, SENSOR_QOS } from "../../src/messages/qos.js";
import { stampFromNs } from "../../src/messages/stamp.js";
import type { MessageName } from "../../src/messages/types.js";
import { DiagnosticsClient } from "../../src/ros/clients/diagnostics-client.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, Peer, sleep, withRos } from "./support.js";

const TURN_RPS = 0.8;
const STAMPED = "geometry_msgs/msg/TwistStamped";

describe("strangers wired to a guard in a process of its own, with a robot that turns", () => {
  const context = withRos();
  const processes: NodeProcess[] = [];
  let guard: NodeProcess;
  let state: GuardState | undefined;
  let diagnostics: Readonly<Record<string, string>> = {};
  const commands: number[] = [];
  let proposing: NodeJS.Timeout;
  const robot = join(mkdtempSync(join(tmpdir(), "rehearse-robot-")), "robot.yaml");

  beforeAll(async () => {
    const { ros } = context;
    const rooms = readFileSync("calibration/rooms/robot.yaml", "utf8");
    writeFileSync(robot, rooms.replace(/^base:.*$/m, "base:\n  other_publishers: [/joystick]"));
    const status = new StatusClient(ros);
    status.guard.subscribe((heard) => {
      state = heard;
    });
    new DiagnosticsClient(ros).watch("rehearse: guard", (values) => {
      diagnostics = values;
    });
    const driver = new Endpoints(ros, ros.createNode("driver"));
    const propose = driver.publish(STAMPED, "/cmd_vel_proposed", RELIABLE_QOS);
    driver.subscribe(STAMPED, "/cmd_vel", RELIABLE_QOS, ({ twist }) => commands.push(twist.angular.z));
    driver.node.spin();
    const twist = { linear: { x: 0, y: 0, z: 0 }, angular: { x: 0, y: 0, z: TURN_RPS } };
    proposing = setInterval(
      () => propose.send({ header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" }, twist }),
      40,
    );
    guard = new NodeProcess("guard", { robot });
    processes.push(new NodeProcess("simulation"), guard);
    await turns();
  });

  afterAll(async () => {
    clearInterval(proposing);
    for (const each of processes.reverse()) await each.stop();
  });

  const turns = () => eventually(() => commands.slice(-5).some((rps) => rps > 0.1), "motion", 30_000);
  const stopsFor = async (what: string) => {
    await eventually(() => state?.message.startsWith(what), what, 20_000);
    expect(state?.level).toBe("error");
    await eventually(() => commands.slice(-10).every((rps) => rps === 0), "a stop");
  };
  /** Publishes nothing. @returns what ends it */
  const silent = (name: string, type: MessageName, topic: string, qos: Qos) => {
    const { ros } = context;
    const publication = new Endpoints(ros, ros.createNode(name)).publish(type, topic, qos);
    return () => publication.end();
  };

  it.each([
    [
      "a silent stranger on cmd_vel",
      "stranger",
      "/cmd_vel",
      "RH-GUARD-RIVAL: somebody else can publish /cmd_vel: /stranger, as geometry_msgs",
    ],
    ["a second proposer", "second", "/cmd_vel_proposed", "RH-GUARD-PROPOSERS: 2 publishers propose on /cmd_vel_proposed"],
  ] as const)("%s stops the robot, until it is gone", async (_, name, topic, message) => {
    const end = silent(name, STAMPED, topic, RELIABLE_QOS);
    await stopsFor(message);
    end();
    await turns();
    await eventually(() => state?.level === "ok", "all well");
  });

  it("a stranger that publishes another type than the guard stops the robot, until it is gone", async () => {
    const peer = await Peer.start();
    await peer.advertise("/cmd_vel", "geometry_msgs/msg/Twist", "sensor");
    await stopsFor("RH-GUARD-RIVAL: somebody else can publish /cmd_vel: /peer, as geometry_msgs/msg/Twist");
    await peer.stop();
    await turns();
  });

  it("one that the robot file allows doesn't", async () => {
    const ends = [silent("joystick", STAMPED, "/cmd_vel", RELIABLE_QOS), silent("joystick", STAMPED, "/cmd_vel_proposed", RELIABLE_QOS)];
    await sleep(2500);
    await eventually(() => state?.level === "ok", "all well");
    await turns();
    for (const end of ends) end();
  });

  it("a second guard stops the robot, until it is gone", async () => {
    const second = new NodeProcess("guard", { robot }, {}, ["-r", "__node:=guard_by_mistake", "-r", "guard_state:=/other_state"]);
    await stopsFor("RH-GUARD-RIVAL");
    await second.stop();
    await turns();
  });

  it("a proposer that can't be heard is said", async () => {
    await guard.stop();
    clearInterval(proposing);
    guard = new NodeProcess("guard", { robot }, {}, ["-r", "cmd_vel_proposed:=/from_elsewhere"]);
    processes.push(guard);
    const end = silent("quiet", STAMPED, "/from_elsewhere", SENSOR_QOS);
    await stopsFor("RH-GUARD-INPUT: /quiet publishes /from_elsewhere best effort");
    end();
  });

  it("a base that doesn't listen is said, and who does", async () => {
    await eventually(() => diagnostics["command.subscribers"]?.includes("/simulation"), "the base");
    await guard.stop();
    guard = new NodeProcess("guard", { robot }, {}, ["-r", "cmd_vel:=/to_nobody"]);
    processes.push(guard);
    await eventually(() => diagnostics["command.subscribers"] === "none", "nobody", 20_000);
  });

  it("a controller without a guard says so", async () => {
    await guard.stop();
    let said: string | undefined;
    new StatusClient(context.ros, { name: "watcher" }).controller.subscribe(({ unguarded }) => {
      said = unguarded?.code;
    });
    processes.push(new NodeProcess("controller", { autostart: false }));
    await eventually(() => said === "RH-GUARD-ABSENT", "the controller's word", 30_000);
  });
});
