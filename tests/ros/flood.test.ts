import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { NodeProcess, runPython } from "./processes/node-process.js";
import { eventually, withRos } from "./support.js";

/** `npm run guard:flood` takes longer, and measures. */
const SECONDS = process.env.REHEARSE_FLOOD_S;
const FLOODS = ["beams", "8-mb", "small", "arrays", "frame-ids", "clients", "participants"] as const;
/** How much longer than those of a bare timer beside it the guard's pauses may be. */
const MOST_MS = 60;
const MOST_GROWTH_MIB = 200;

/** A process that does nothing but wake up every 20 ms, and says how long each time took: what is the machine's fault. */
const TIMER =
  "let last = performance.now(); setInterval(() => { const now = performance.now(); console.log(now - last); last = now; }, 20)";

describe("the guard under a flood", { timeout: 3600_000 }, () => {
  const context = withRos();
  let guard: NodeProcess;
  let timer: ChildProcess;
  let timerMs: number[] = [];
  let commandsMs: number[] = [];

  beforeAll(async () => {
    const endpoints = new Endpoints(context.ros, context.ros.createNode("observer"));
    // By the guard's own stamps: when they are received says as much about this process.
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", "/cmd_vel", { ...RELIABLE_QOS, depth: 1000 }, ({ header: { stamp } }) =>
      commandsMs.push(stamp.sec * 1e3 + stamp.nanosec / 1e6),
    );
    endpoints.node.spin();
    guard = new NodeProcess("guard");
    timer = spawn(process.execPath, ["-e", TIMER], { stdio: ["ignore", "pipe", "ignore"] });
    timer.stdout!.on("data", (text) => timerMs.push(...String(text).trim().split("\n").map(Number)));
    await eventually(() => commandsMs.length > 50, "the guard's commands", 60_000);
  }, 90_000);

  afterAll(async () => {
    timer.kill();
    await guard.stop();
  });

  const residentMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${guard.process.pid}/status`, "utf8"))![1]) / 1024;

  it.each(FLOODS)("%s: it lives, goes on commanding, and its memory stays", async (flood) => {
    const beforeMib = residentMib();
    [commandsMs, timerMs] = [[], []];
    const sent = Number(await runPython("flood.py", flood, SECONDS ?? "1"));
    const gapsMs = commandsMs.slice(1).map((ms, i) => ms - commandsMs[i]!);
    const longestMs = gapsMs.reduce((longest, gap) => Math.max(longest, gap), 0);
    const machineMs = timerMs.reduce((longest, gap) => Math.max(longest, gap), 0);
    const growthMib = residentMib() - beforeMib;
    if (SECONDS !== undefined) {
      const above = (all: number[]) => all.filter((gap) => gap > MOST_MS).length;
      const [pauses, pausesOfTimer] = [above(gapsMs), above(timerMs)];
      const [longest, longestOfTimer, growth] = [longestMs, machineMs, growthMib].map(Math.round);
      console.log(JSON.stringify({ flood, sent, commands: gapsMs.length, longest, longestOfTimer, pauses, pausesOfTimer, growth }));
    }
    expect(guard.ended, guard.output.slice(-2000)).toBeUndefined();
    expect(sent).toBeGreaterThan(0);
    const before = commandsMs.length;
    await eventually(() => commandsMs.length > before + 25, "the guard goes on commanding");
    expect(growthMib).toBeLessThan(MOST_GROWTH_MIB);
    // On a busy machine a second says nothing about pauses: the long form measures them.
    if (SECONDS !== undefined) expect(longestMs).toBeLessThan(machineMs + MOST_MS);
  });
});
