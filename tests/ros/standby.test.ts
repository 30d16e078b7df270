import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { stampFromNs } from "../../src/messages/stamp.js";
import type { MessageTypes } from "../../src/messages/types.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints, type Publication } from "../../src/ros/rcl/endpoints.js";
import { publishersOf } from "../../src/ros/rcl/graph.js";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, sleep, withRos } from "./support.js";

/** Turning in place is always allowed where nothing is near. */
const TURN_RPS = 0.8;
/** The standby's silence, the machine's own delays, and this much for other tests that run at the same time. */
const BRAKES_WITHIN_MS = 60 + 60;
/** From 0.8 rad/s at 20 rad/s². */
const RAMP_MS = 60;

interface Heard {
  readonly atMs: number;
  readonly rps: number;
  readonly from: string;
}

describe("a standby in a process of its own, beside a guard and a robot that turns", () => {
  const context = withRos();
  let simulation: NodeProcess;
  let guard: NodeProcess;
  let standby: NodeProcess | undefined;
  let state: GuardState | undefined;
  let commands: Heard[] = [];
  let driver: Endpoints;
  let proposing: NodeJS.Timeout;
  const names = new Map<string, string>();

  beforeAll(async () => {
    const { ros } = context;
    const status = new StatusClient(ros);
    status.guard.subscribe((heard) => {
      state = heard;
    });
    driver = new Endpoints(ros, ros.createNode("driver"));
    const propose = driver.publish("geometry_msgs/msg/TwistStamped", "/cmd_vel_proposed", RELIABLE_QOS);
    const qos = { ...RELIABLE_QOS, depth: 100 };
    driver.subscribeFrom("geometry_msgs/msg/TwistStamped", "/cmd_vel", [qos], ({ twist }, { gid }) => {
      const from = names.get(gid) ?? publishersOf(driver.node, "/cmd_vel").find((info) => info.gid === gid)?.nodeName ?? "";
      if (from !== "" && !from.startsWith("_")) names.set(gid, from);
      commands.push({ atMs: performance.now(), rps: twist.angular.z, from });
    });
    driver.node.spin();
    const twist = { linear: { x: 0, y: 0, z: 0 }, angular: { x: 0, y: 0, z: TURN_RPS } };
    proposing = setInterval(
      () => propose.send({ header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" }, twist }),
      40,
    );
    simulation = new NodeProcess("simulation");
    guard = new NodeProcess("guard");
    await turns();
  });

  afterAll(async () => {
    clearInterval(proposing);
    await Promise.all([guard.stop(), simulation.stop(), standby?.stop()]);
  });

  // A test that fails leaves no guard behind that stands still for all those after it.
  afterEach(() => {
    guard.process.kill("SIGCONT");
  });

  const turns = () => eventually(() => commands.slice(-5).some(({ rps }) => rps > 0.1), "motion", 30_000);
  const guardSays = (what: string) => eventually(() => state?.values.standby === what, `standby: ${what}`, 20_000);
  const startStandby = async () => {
    standby = new NodeProcess("standby");
    await guardSays("watches");
  };
  /** What the base hears once the guard has been sent a signal. */
  const afterSignal = async (signal: NodeJS.Signals) => {
    await turns();
    await sleep(100);
    commands = [];
    const atMs = performance.now();
    guard.process.kill(signal);
    await sleep(600);
    return commands.map((heard) => ({ ...heard, afterMs: heard.atMs - atMs }));
  };
  const expectABrake = (heard: readonly (Heard & { afterMs: number })[]) => {
    const byStandby = heard.filter(({ from }) => from === "standby");
    expect(byStandby[0]?.afterMs).toBeLessThan(BRAKES_WITHIN_MS);
    expect(byStandby.find(({ rps }) => rps === 0)?.afterMs).toBeLessThan(BRAKES_WITHIN_MS + RAMP_MS);
    for (const [i, { rps }] of byStandby.entries()) expect(rps).toBeLessThanOrEqual(byStandby[i - 1]?.rps ?? TURN_RPS);
    expect(byStandby.length).toBeGreaterThan(15);
  };

  it("starts late, and sends nothing while the guard is there", async () => {
    expect(state?.values.standby).toBe("none");
    await startStandby();
    commands = [];
    await sleep(300);
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter(({ from }) => from === "standby")).toEqual([]);
    await eventually(() => state?.level === "ok", "all well");
  });

  it("brakes when the guard is stopped; the guard, when it goes on, sends nothing but a stop until the standby has let go", async () => {
    expectABrake(await afterSignal("SIGSTOP"));
    commands = [];
    guard.process.kill("SIGCONT");
    await eventually(
      () => state?.verdict.because[0]?.id === "guard.late" || state?.verdict.because[0]?.id === "guard.overruled",
      "the guard's notice",
    );
    await turns();
    const first = commands.findIndex(({ rps }) => rps > 0);
    expect(commands[first]?.from).toBe("guard");
    // Nothing of the standby comes once the guard commands motion.
    expect(commands.slice(first).filter(({ from }) => from === "standby")).toEqual([]);
    await guardSays("watches");
  });

  it("brakes when the guard is killed, and lets another guard take over from rest", async () => {
    expectABrake(await afterSignal("SIGKILL"));
    guard = new NodeProcess("guard");
    state = undefined;
    await guardSays("watches");
    await turns();
  });

  it("is missed by the guard when it is killed, and the robot goes on", async () => {
    await standby!.stop("SIGKILL");
    await guardSays("gone");
    // On a busy machine the guard is late besides, which is an error.
    expect(state?.level).not.toBe("ok");
    expect(state?.message).toContain("no standby");
    await turns();
    await startStandby();
    await turns();
  });

  it("that does more than brake is a stranger: the guard stops, with an error", async () => {
    const { ros } = context;
    const impostor = new Endpoints(ros, ros.createNode("impostor"));
    impostor.publish("diagnostic_msgs/msg/DiagnosticStatus", "/standby_state", RELIABLE_QOS);
    const drive: Publication<MessageTypes["geometry_msgs/msg/TwistStamped"]> = impostor.publish(
      "geometry_msgs/msg/TwistStamped",
      "/cmd_vel",
      RELIABLE_QOS,
    );
    impostor.node.spin();
    await eventually(() => publishersOf(driver.node, "/cmd_vel").some(({ nodeName }) => nodeName === "impostor"), "discovery");
    await sleep(500);
    const send = (z: number) =>
      drive.send({ header: { stamp: stampFromNs(0n), frame_id: "" }, twist: { linear: { x: 0, y: 0, z: 0 }, angular: { x: 0, y: 0, z } } });
    let sending = setInterval(() => send(0), 20);
    await eventually(() => state?.verdict.because[0]?.id === "guard.overruled", "a stop");
    clearInterval(sending);
    await turns();
    sending = setInterval(() => send(2 * TURN_RPS), 20);
    await eventually(() => state?.message.startsWith("RH-GUARD-RIVAL: somebody else publishes cmd_vel: impostor"), "the report");
    await eventually(
      () =>
        commands
          .filter(({ from }) => from === "guard")
          .slice(-5)
          .every(({ rps }) => rps === 0),
      "a stop",
    );
    clearInterval(sending);
  });
});
