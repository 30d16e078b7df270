import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeProcess } from "./processes/node-process.js";
import { eventually } from "./support.js";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The same again and again until it is as expected: on a busy machine nodes are discovered late. */
async function expectEventually(words: readonly string[], expected: RegExp): Promise<void> {
  await eventually(async () => expected.test((await rehearse(...words)).out), `${words.join(" ")}: ${expected}`, 50_000);
}

/** A command of the command line, in a process of its own. */
function rehearse(...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => {
    out += data;
  });
  child.stderr.on("data", (data) => {
    err += data;
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, out, err })));
}

describe("rehearse ros, beside a simulation and a guard in processes of their own", () => {
  const nodes: NodeProcess[] = [];

  beforeAll(async () => {
    nodes.push(new NodeProcess("simulation"), new NodeProcess("guard"));
    // Both are there when the guard reports what the simulation sends.
    expect(
      (await rehearse("ros", "topic", "echo", "/guard_state", "diagnostic_msgs/msg/DiagnosticStatus", "--once", "--timeout", "30")).code,
    ).toBe(0);
  }, 60_000);

  afterAll(() => Promise.all(nodes.map((node) => node.stop())));

  it("lists and describes what there is", async () => {
    await expectEventually(["ros", "topic", "list", "-t"], /^\/odom \[nav_msgs\/msg\/Odometry\]$/m);
    await expectEventually(["ros", "node", "list"], /^\/guard\n\/simulation\n$/);
    await expectEventually(
      ["ros", "topic", "info", "/scan"],
      /^Type: sensor_msgs\/msg\/LaserScan\n\nPublisher count: 1\n {2}\/simulation .*volatile.*\n\nSubscription count: 1\n {2}\/guard /,
    );
    await expectEventually(
      ["ros", "node", "info", "guard"],
      /Publishers:[\s\S]*\/cmd_vel: geometry_msgs\/msg\/TwistStamped[\s\S]*Service Servers:[\s\S]*\/estop_reset/,
    );
    await expectEventually(["ros", "service", "list", "-t"], /^\/estop_reset \[std_srvs\/srv\/Trigger\]$/m);
  }, 120_000);

  it("prints messages, whole or in part, and measures their rate and age", async () => {
    const echo = await rehearse("ros", "topic", "echo", "/odom", "--once", "--field", "child_frame_id");
    const json = await rehearse("ros", "topic", "echo", "/scan", "-n", "2", "--json");
    const hz = await rehearse("ros", "topic", "hz", "/odom", "--timeout", "2.5");
    const delay = await rehearse("ros", "topic", "delay", "/odom", "--timeout", "2.5");
    expect(echo.out).toBe("base_link\n---\n");
    const lines = json.out.trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toMatchObject({ ranges: expect.arrayContaining([expect.any(Number)]) });
    expect(hz.out).toMatch(/average rate: \d+\.\d+ Hz .*message: \d+ B/);
    expect(delay.out).toMatch(/average delay: -?\d+\.\d+ s/);
  }, 60_000);

  it("asks for, sets and saves parameters, and gives a node's refusal", async () => {
    const list = await rehearse("ros", "param", "list", "/simulation");
    const refused = await rehearse("ros", "param", "set", "/simulation", "sede", "3");
    const dumped = await rehearse("ros", "param", "dump", "/simulation");
    const guard = await rehearse("ros", "param", "get", "/guard", "robot");
    expect(list.out).toMatch(/^\/simulation:\n {2}[\s\S]* {2}seed\n/);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("RH-PARAM-UNKNOWN") });
    expect(dumped.out).toMatch(/^\/simulation:\n {2}ros__parameters:\n[\s\S]*seed: \d+/);
    expect(guard).toMatchObject({ code: 1, err: expect.stringContaining("/guard answers no requests for parameters") });
  }, 60_000);

  it("publishes to whom it reaches, and says when it reaches nobody", async () => {
    const sent = await rehearse(
      "ros",
      "topic",
      "pub",
      "--once",
      "/initialpose",
      "geometry_msgs/PoseWithCovarianceStamped",
      "{header: {frame_id: odom}}",
    );
    const nobody = await rehearse("ros", "topic", "pub", "--once", "/nowhere", "std_msgs/msg/Bool", "{data: true}", "--wait", "0.5");
    const mismatched = await rehearse("ros", "topic", "pub", "--once", "/odom", "std_msgs/msg/Bool", "--wait", "6");
    expect(sent.out).toBe("published 1 of 1: /initialpose [geometry_msgs/msg/PoseWithCovarianceStamped]\n");
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining("nobody subscribes to /nowhere") });
    expect(mismatched).toMatchObject({ code: 1, err: expect.stringContaining("std_msgs/msg/Bool is not nav_msgs/msg/Odometry") });
  }, 60_000);

  it("presses the emergency stop, and resets it", async () => {
    const pressed = await rehearse("estop");
    expect(pressed).toMatchObject({ code: 0, err: "" });
    const state = await rehearse("ros", "topic", "echo", "/guard_state", "--once", "--json");
    const { values } = JSON.parse(state.out) as { values: { key: string; value: string }[] };
    expect(values).toContainEqual({ key: "emergency_stop", value: "true" });
    expect(await rehearse("estop", "reset")).toMatchObject({ code: 0, out: expect.stringContaining("reset") });
    expect(await rehearse("ros", "service", "call", "/estop_reset")).toMatchObject({
      code: 0,
      out: expect.stringContaining("success: true"),
    });
  }, 60_000);

  it("names what there is in place of what there is not", async () => {
    const topic = await rehearse("ros", "topic", "echo", "/robot/odom", "--once");
    const service = await rehearse("ros", "service", "call", "/no_service");
    const type = await rehearse("ros", "interface", "show", "std_msgs/msg/bool");
    expect(topic).toMatchObject({ code: 1, err: expect.stringContaining("did you mean /odom?") });
    expect(service).toMatchObject({ code: 1, err: expect.stringContaining("RH-SERVICE-ABSENT") });
    expect(type).toMatchObject({ code: 1, err: expect.stringContaining("did you mean std_msgs/msg/Bool?") });
  }, 60_000);
});

describe("without a guard", () => {
  it("the emergency stop says that nobody heard it", async () => {
    const pressed = await rehearse("estop", "--ros-args", "-r", "__ns:=/alone");
    expect(pressed).toMatchObject({ code: 1, err: expect.stringContaining("RH-ESTOP-UNHEARD") });
  }, 60_000);

  it("a bag that is none is an error with its code", async () => {
    const ended = await rehearse("ros", "bag", "info", mkdtempSync(join(tmpdir(), "rehearse-")));
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^RH-BAG-/) });
  });
});
