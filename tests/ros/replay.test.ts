import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { type ReplayStep, type ReplaySummary, replay } from "../../src/lockstep/replay.js";
import { GoalClient } from "../../src/ros/clients/goal-client.js";
import { StatusClient } from "../../src/ros/clients/status-client.js";
import type { ControllerStatus } from "../../src/ros/nodes/status.js";
import { subscribersOf } from "../../src/ros/rcl/graph.js";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, sleep, withRos } from "./support.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Few candidates and time in plenty: iterations end a plan, not the clock. */
const PARAMETERS = {
  model: "tests/fixtures/tiny-model",
  samples: 16,
  iterations: 2,
  min_improvement: 0,
  planning_budget_s: 2,
  planning_period_s: 0.2,
};
const DRIVE_MS = 6000;
/** Of what a controller is given, what has a publisher or subscription from the start. */
const RECORDED = ["/image", "/odom", "/scan", "/goal_pose", "/goal_image"];

describe("a run of the real processes over real topics, recorded", () => {
  const context = withRos();
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  const bag = join(folder, "bag");
  const processes: NodeProcess[] = [];
  let recorder: ChildProcess;
  let refusal: string | undefined;

  beforeAll(async () => {
    recorder = spawn(process.execPath, [`${ROOT}dist/cli/main.js`, "record", bag], { cwd: ROOT, stdio: "ignore" });
    processes.push(new NodeProcess("simulation", { seed: 4000 }), new NodeProcess("guard"), new NodeProcess("controller", PARAMETERS));
    const heard: ControllerStatus[] = [];
    new StatusClient(context.ros).controller.subscribe((status) => heard.push(status));
    const goals = new GoalClient(context.ros);
    await eventually(() => heard.at(-1)?.mode === "idle", "a controller that waits for a goal", 60_000);
    const watcher = context.ros.createNode("watcher");
    await eventually(
      () => RECORDED.every((topic) => subscribersOf(watcher, topic).some(({ nodeName }) => nodeName === "recorder")),
      "a recorder that hears everything",
      60_000,
    );
    // What the controller remembers of the time before the recording is over by then.
    await sleep(4000);
    const outcome = await goals.pursuePose({ xM: 50, yM: 50 }, { timeoutMs: 5000 });
    refusal = outcome.kind === "refused" ? outcome.error.code : outcome.kind;
    await goals.pursuePose({ xM: 1, yM: -1 }, { timeoutMs: DRIVE_MS });
    await Promise.all(processes.map((one) => one.stop()));
    const ended = new Promise((resolve) => recorder.once("exit", resolve));
    recorder.kill("SIGINT");
    await ended;
  }, 120_000);

  afterAll(() => {
    for (const one of processes) one.process.kill("SIGKILL");
    recorder.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is replayed to the same plans and commands, bit for bit, and goals to the same answers", async () => {
    const steps: ReplayStep[] = [];
    const set = Object.entries(PARAMETERS).map(([name, value]) => `${name}=${value}`);
    const summary: ReplaySummary = await replay(bag, undefined, loadSetup(set), (step) => steps.push(step));
    expect(summary.traced).toBe(true);
    expect(refusal).toBe("RH-GOAL-ARENA");
    expect(summary.refusals.map(({ error }) => error.code)).toEqual(["RH-GOAL-ARENA"]);
    expect(summary.leftOut.filter((what) => !what.includes("first"))).toEqual([]);
    expect(summary.plans).toBeGreaterThan(5);
    expect(steps.filter(({ given }) => given.vxMps !== 0 || given.yawRateRps !== 0).length).toBeGreaterThan(20);
    expect(steps.map(({ given }) => given)).toEqual(steps.map(({ recorded }) => recorded));
  }, 60_000);

  it("shows how far another goal would have led away", async () => {
    const set = Object.entries(PARAMETERS).map(([name, value]) => `${name}=${value}`);
    const summary = await replay(bag, { xM: -1, yM: 1 }, loadSetup(set), () => {});
    expect(summary.traced).toBe(false);
    expect(summary.meanSpeedDifferenceMps + summary.meanYawRateDifferenceRps).toBeGreaterThan(0);
  }, 60_000);
});
