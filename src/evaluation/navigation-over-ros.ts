import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ParameterValue } from "../parameters/parameter.js";
import { DiagnosticsClient } from "../ros/clients/diagnostics-client.js";
import { GoalClient } from "../ros/clients/goal-client.js";
import { SimulationClient } from "../ros/clients/simulation-client.js";
import { type GuardState, StatusClient } from "../ros/clients/status-client.js";
import type { WorldState } from "../ros/nodes/simulation-node.js";
import { openRos } from "../ros/rcl/context.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { Processes } from "../supervisor/processes.js";
import { navigationWorldDefinition } from "../worlds/index.js";
import { type EpisodeResult, episodeOf, halved, isAt, REST_MPS } from "./episode.js";
import { addCounts, countsBetween, NO_TICKS } from "./gate-tally.js";
import { type DriverName, type EvaluationRequest, evaluate, type RealTime, type Summary, summarise } from "./navigation.js";

const SETTLE_MS = 500;
/** The robot has come to rest well within this after the controller says that it arrived. */
const REST_MS = 600;

const IMAGE_RATES_HZ = [10, 20, 25, 50] as const;

/**
 * The same episodes over ROS 2: world, guard and controller in processes of their own, in real time. The floors and the ceiling are run
 * in-process: they are not what is measured here.
 */
export async function evaluateOverRos(
  request: EvaluationRequest,
  setup: PlannerSetup,
  progress: (driver: DriverName, done: number, succeeded: number) => void,
): Promise<Record<DriverName, Summary>> {
  const others = request.drivers.filter((name) => name !== "model");
  const summaries: Partial<Record<DriverName, Summary>> = {};
  if (request.drivers.includes("model")) summaries.model = await model(request, setup, (done, ok) => progress("model", done, ok));
  if (others.length > 0)
    Object.assign(summaries, await evaluate({ ...request, drivers: others }, { ...setup, repeatable: true }, progress));
  return summaries as Record<DriverName, Summary>;
}

async function model(
  request: EvaluationRequest,
  setup: PlannerSetup,
  progress: (done: number, succeeded: number) => void,
): Promise<Summary> {
  const definition = navigationWorldDefinition(request.world);
  const rules = { ...definition.rules, controlPeriodS: 1 / setup.parameters.control_rate_hz, ...request.rules };
  const processes = new Processes(mkdtempSync(join(tmpdir(), "rehearse-")));
  process.on("exit", () => processes.kill());
  processes.start({
    node: "simulation",
    flags: ["--world", request.world],
    rosArgs: ["-p", `seed:=${request.seed}`, "-p", `image_rate:=${imageRateHz(setup.parameters.planning_period_s)}`],
  });
  // No standby: on a machine that is busy with other things its stops would count as the planner's.
  processes.start({ node: "guard", rosArgs: ["-p", `robot:=${setup.parameters.robot}`] });
  // ROS 2 can't infer the element type of an empty list.
  const parameters = Object.entries(setup.parameters).filter(([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0));
  processes.start({ node: "controller", rosArgs: parameters.flatMap(([name, value]) => ["-p", `${name}:=${rosText(value)}`]) });
  const ros = await openRos();
  const results: EpisodeResult[] = [];
  let firstMb = Number.NaN;
  let reported: Readonly<Record<string, string>> = {};
  try {
    const status = new StatusClient(ros);
    const simulation = new SimulationClient(ros);
    const goals = new GoalClient(ros);
    let planMs: number[] = [];
    let iterations: number[] = [];
    let lastPlan = "";
    let active = false;
    let gate = NO_TICKS;
    let tracking = false;
    let guardBefore: GuardState["counts"] | undefined;
    const diagnostics = new DiagnosticsClient(ros);
    diagnostics.watch("rehearse: controller", (values) => {
      reported = values;
    });
    status.guard.subscribe(({ counts }) => {
      if (tracking && guardBefore !== undefined) gate = addCounts(gate, countsBetween(guardBefore, counts));
      guardBefore = counts;
    });
    status.controller.subscribe(({ lifecycle, mode, plan }) => {
      tracking = mode === "tracking";
      active = lifecycle === "active" && mode !== "stopped";
      if (plan === undefined) return;
      const key = `${plan.goalId} ${plan.durationMs}`;
      if (key !== lastPlan) {
        planMs.push(plan.durationMs);
        iterations.push(plan.iterations);
      }
      lastPlan = key;
    });
    const run = async () => {
      while (!active) await pause(50);
      for (let i = 0; i < request.episodes; i++) {
        const seed = request.seed + i;
        const world = definition.create({ seed });
        const episode = episodeOf(world, seed, rules);
        await simulation.setSeed(seed);
        await simulation.place(episode.start);
        await pause(SETTLE_MS);
        planMs = [];
        iterations = [];
        gate = NO_TICKS;
        let drivenM = 0;
        let movingS = 0;
        let at = simulation.state!.pose;
        let atS = Number(simulation.state!.stampNs) / 1e9;
        const unwatch = simulation.watch(({ pose, stampNs }: WorldState) => {
          const nowS = Number(stampNs) / 1e9;
          const movedM = Math.hypot(pose.xM - at.xM, pose.yM - at.yM);
          drivenM += movedM;
          if (movedM > REST_MPS * (nowS - atS)) movingS += nowS - atS;
          [at, atS] = [pose, nowS];
        });
        const pursuit = { timeoutMs: rules.timeLimitS * 1000 };
        const { xM, yM, yawRad } = episode.goal;
        const outcome =
          request.goal === "pose"
            ? await goals.pursuePose({ xM, yM, ...(rules.yawToleranceRad !== undefined && { yawRad }) }, pursuit)
            : await goals.pursueImage(world.frameAt(episode.goal), pursuit);
        const timeS = outcome.durationMs / 1000;
        const underWayS = Math.min(movingS, timeS);
        await pause(REST_MS);
        unwatch();
        const finalM = Math.hypot(at.xM - episode.goal.xM, at.yM - episode.goal.yM);
        // A goal that is kept would be driven to again from the next episode's start, with a model that is surprised to be there.
        await status.call("cancel");
        const success = outcome.kind === "reached" && isAt(at, episode.goal, rules);
        results.push({
          seed,
          success,
          // It has rested there for REST_MS, and moving bodies are elsewhere by now.
          strict: success && isAt(at, episode.goal, halved(rules)),
          collisions: simulation.state!.collisions,
          timeS,
          drivenM,
          movingS: underWayS,
          shortestM: episode.shortestM,
          finalM,
          detour: episode.shortestM > Math.hypot(episode.goal.xM - episode.start.xM, episode.goal.yM - episode.start.yM) + 0.01,
          planMs,
          iterations,
          gate,
        });
        if (i === 0) firstMb = Number(reported["memory.resident_mb"]);
        progress(i + 1, results.filter((r) => r.success).length);
      }
    };
    await Promise.race([run(), processes.failed]);
  } finally {
    await processes.stop();
    await ros.shutdown();
  }
  return summarise(
    results,
    setup.parameters.planning_budget_s,
    Number(reported["tick.missed"] ?? 0),
    realTimeOf(reported, setup.parameters.control_rate_hz, firstMb),
  );
}

/** Pictures a second, so that each plan can have a new one: of the rates that the simulation has. */
function imageRateHz(planningPeriodS: number): number {
  return IMAGE_RATES_HZ.find((rate) => rate >= 0.99 / planningPeriodS) ?? IMAGE_RATES_HZ.at(-1)!;
}

function realTimeOf(values: Readonly<Record<string, string>>, rateHz: number, firstMb: number): RealTime {
  const number = (name: string) => Number(values[name]);
  return {
    minutes: number("tick.calls") / rateHz / 60,
    ticks: number("tick.calls"),
    jitterUs: {
      p50: number("tick.jitter_p50_us"),
      p99: number("tick.jitter_p99_us"),
      p999: number("tick.jitter_p999_us"),
      max: number("tick.jitter_max_us"),
    },
    planIntervalMs: { p50: number("plan.interval_p50_ms"), p99: number("plan.interval_p99_ms") },
    residentMb: { first: firstMb, last: number("memory.resident_mb") },
    imageToCommandMs: { p50: number("latency.image_to_command_p50_ms"), p99: number("latency.image_to_command_p99_ms") },
  };
}

/** YAML of a parameter's value. */
function rosText(value: ParameterValue): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
