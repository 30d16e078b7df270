import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { NodeProcess, runPython } from "./processes/node-process.js";
import { eventually, withRos } from "./support.js";

/** `npm run guard:fuzz` sends more. */
const MESSAGES = process.env.REHEARSE_MESSAGES ?? "1500";
const SEED = process.env.REHEARSE_SEED ?? "0";

interface Report {
  readonly topics: readonly string[];
  readonly services: readonly string[];
  readonly sent: number;
  readonly raw: number;
  readonly large: number;
  readonly calls: number;
  readonly tookS: number;
}

describe("a node that is sent what nobody should", { timeout: 24 * 3600_000 }, () => {
  const context = withRos();
  let node: NodeProcess;
  let commandsMs: number[] = [];

  beforeAll(() => {
    const endpoints = new Endpoints(context.ros, context.ros.createNode("observer"));
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", "/cmd_vel", RELIABLE_QOS, () => commandsMs.push(performance.now()));
    endpoints.node.spin();
  });

  afterEach(() => node.stop());

  it.each([
    ["guard", ["/cmd_vel_proposed", "/odom", "/scan", "/estop", "/model_uncertainty", "/doubt"], ["/estop_reset"]],
    ["controller", ["/image", "/odom", "/scan", "/goal_pose", "/goal_image", "/estop"], ["/controller/set_parameters", "/cancel"]],
    ["simulation", ["/cmd_vel", "/initialpose"], ["/simulation/set_parameters"]],
  ] as const)("%s: lives, on every topic and service that it has", async (name, topics, services) => {
    node = new NodeProcess(name);
    commandsMs = [];
    const report = JSON.parse(await runPython("fuzz.py", name, MESSAGES, SEED)) as Report;
    expect(node.ended, node.output.slice(-2000)).toBeUndefined();
    expect(report.topics).toEqual(expect.arrayContaining([...topics]));
    expect(report.services).toEqual(expect.arrayContaining([...services]));
    expect(report.sent).toBe(Number(MESSAGES));
    const gapsMs = commandsMs.slice(1).map((ms, i) => ms - commandsMs[i]!);
    const longestGapMs = Math.round(gapsMs.reduce((longest, gap) => Math.max(longest, gap), 0));
    if (process.env.REHEARSE_MESSAGES) {
      const { sent, raw, large, calls, tookS } = report;
      const above100Ms = gapsMs.filter((gap) => gap > 100).length;
      console.log(JSON.stringify({ name, sent, raw, large, calls, tookS, commands: commandsMs.length, longestGapMs, above100Ms }));
    }
    if (name !== "guard") return;
    const before = commandsMs.length;
    await eventually(() => commandsMs.length > before + 25, "the guard goes on commanding");
    // A flood of a second or two on a busy machine says nothing about rates: the long form measures them.
    if (process.env.REHEARSE_MESSAGES === undefined) return;
    expect(commandsMs.length).toBeGreaterThan(35 * report.tookS);
    expect(longestGapMs).toBeLessThan(Number(process.env.REHEARSE_LONGEST_GAP_MS ?? 1000));
  });
});
