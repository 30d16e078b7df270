import { readRobotFile } from "../config/robot-file.js";
import { ControlLoop, type PlanRequest } from "../control/control-loop.js";
import { SafetyGate } from "../control/gate.js";
import { admitGoal } from "../control/goal-admission.js";
import type { BodyMeasurement } from "../core/body.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { Goal, GoalRequest } from "../core/goal.js";
import type { CameraFrame } from "../core/sensors.js";
import { guardrailsFor } from "../guardrails/index.js";
import { quantile } from "../math/statistics.js";
import { tensor, values } from "../math/tensor.js";
import type { DiagnosticReport } from "../messages/diagnostics.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { FrameWatch } from "../perception/frame-watch.js";
import { ControllerNode } from "../ros/nodes/controller-node.js";
import { openRos } from "../ros/rcl/context.js";
import { everyNs, type Ticker } from "../ros/rcl/ticker.js";
import { controlOptionsOf } from "./control-options.js";
import { requirePlannableLater } from "./parameter-rules.js";
import type { PlannerSetup } from "./planner-setup.js";
import { PlannerThread } from "./planner-thread.js";
import { projectPath } from "./project-path.js";
import { setupOf } from "./setup.js";

/** A planner that has been silent for so long is taken for hung, and started anew; the robot has long been stopped by then. */
const HUNG_NS = 3_000_000_000n;
/** Steps of an imagined future that are drawn: the picture stays small. */
const IMAGINED_STEPS = 5;
/** Latencies kept for the percentiles in diagnostics: about a minute and a half at 20 Hz. */
const KEPT_LATENCIES = 2048;

/** The controller process. Resolves when it was told to end and has ended. */
export async function runController(rosArgs: readonly string[]): Promise<void> {
  const ros = await openRos({ args: rosArgs });
  const controller = new Controller((hooks) => new ControllerNode(ros, { ...hooks, joints: jointsOf }));
  await controller.node.start();
  await ros.stopped;
}

/** Of an arm, by its robot file; a file that can't be read is refused when the node is configured. */
function jointsOf({ robot }: ControllerParameters): readonly string[] {
  try {
    return readRobotFile(projectPath(robot)).joints.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** What exists only while the node is configured. */
interface Configured {
  readonly setup: PlannerSetup;
  readonly loop: ControlLoop;
  readonly thread: PlannerThread;
}

/** Wires the node to the control loop and to the planner thread. */
class Controller {
  readonly node: ControllerNode;
  private configured: Configured | undefined;
  /** While it is being configured; resolves whatever comes of it. */
  private configuring: Promise<void> | undefined;
  private ticker: Ticker | undefined;
  private nextGoalId = 1;
  private requestedNs = 0n;
  private imaginedNs = 0n;
  private restarting = false;
  private restarts = 0;
  private planFailures = 0;
  private newestBody: BodyMeasurement | undefined;
  private readonly frameWatch = new FrameWatch();
  private lastCycle: Cycle | undefined;
  private firstUse: bigint | undefined;
  private readonly latenciesMs: number[] = [];
  private readonly planMs: number[] = [];
  private readonly planIterations: number[] = [];
  /** From picture to picture that was planned from, on the way to one goal. */
  private readonly planIntervalsMs: number[] = [];
  private lastPlanned: TimedPlan | undefined;

  constructor(create: (options: Pick<ConstructorParameters<typeof ControllerNode>[1], "hooks" | "hardwareId">) => ControllerNode) {
    this.node = create({
      hooks: {
        onConfigure: () => this.configureOnce(),
        onActivate: () => this.activate(),
        onDeactivate: () => this.deactivate(),
        onCleanup: () => this.cleanup(),
        onCancel: () => this.cancel(),
        onPause: () => this.told("pause", "paused: the robot holds still until it is resumed"),
        onResume: () => this.told("resume", "resumed"),
        diagnose: () => this.diagnose(),
      },
    });
    this.node.parameters.reviewBy((proposed) => this.adjust(proposed));
    const onBody = (body: BodyMeasurement): void => {
      this.newestBody = body;
      this.configured?.loop.onBody(body, this.node.clock.nowNs());
    };
    this.node.odometry.subscribe(onBody);
    this.node.joints.subscribe(onBody);
    this.node.scans.subscribe((scan) => this.configured?.loop.onScan(scan, this.node.clock.nowNs()));
    this.node.frames.subscribe((frame) => {
      if (!this.frameWatch.admits(frame, this.newestBody)) return;
      this.configured?.loop.onFrame(frame);
      this.requestPlan();
    });
    this.node.goals.subscribe((request) => this.node.answer(request, this.admit(request)));
    this.node.estop.subscribe((pressed) => {
      this.configured?.loop.on(pressed ? "estop" : "estop-reset");
      if (pressed) this.node.goalGone();
    });
  }

  private configureOnce(): Promise<void> {
    const configuring = this.configure();
    this.configuring = configuring
      .catch(() => {})
      .finally(() => {
        this.configuring = undefined;
      });
    return configuring;
  }

  private async configure(): Promise<void> {
    const setup = setupOf(this.node.parameters.values, false);
    const gate = new SafetyGate(guardrailsFor(setup.robot), setup.robot);
    const loop = new ControlLoop(controlOptionsOf(setup), gate);
    const thread = await PlannerThread.start(setup);
    loop.on("configure");
    this.configured = { setup, loop, thread };
    this.node.log.info(
      `model ${setup.model.name} (${setup.model.folder}), robot ${setup.robot.name} (sha256 ${setup.robot.source.sha256.slice(0, 12)}…)`,
    );
  }

  /** Parameters are to change while running: the planner is built with them now, or refuses them; the next plan is made with them. */
  private async adjust(parameters: ControllerParameters): Promise<void> {
    await this.configuring;
    const { configured } = this;
    if (configured === undefined) {
      await requirePlannableLater(parameters);
      // Meanwhile the values before may have been taken for configuring.
      return this.configuring === undefined && this.configured === undefined ? undefined : this.adjust(parameters);
    }
    const setup = { ...configured.setup, parameters };
    await configured.thread.adjust(setup);
    if (this.configured?.thread === configured.thread) this.configured = { ...this.configured, setup };
  }

  private activate(): void {
    const { setup } = this.active();
    const periodNs = BigInt(Math.round(1e9 / setup.parameters.control_rate_hz));
    this.ticker = everyNs(periodNs, () => this.tick());
  }

  private deactivate(): void {
    this.ticker?.stop();
    this.ticker = undefined;
    this.configured?.loop.on("cancel");
    this.node.goalGone();
  }

  private async cleanup(): Promise<void> {
    const { configured } = this;
    this.configured = undefined;
    await configured?.thread.close();
  }

  private tick(): void {
    const { loop } = this.active();
    const nowNs = this.node.clock.nowNs();
    const cycle = loop.tick(nowNs);
    this.node.command(cycle.verdict.command);
    this.lastCycle = cycle;
    this.measure(cycle);
    this.node.show(cycle);
    this.requestPlan();
    this.imagine(cycle);
  }

  private requestPlan(): void {
    const { configured, node } = this;
    if (configured === undefined || this.ticker === undefined) return;
    const { loop, thread, setup } = configured;
    const steadyNs = node.clock.steadyNs();
    if (thread.busy) {
      if (steadyNs - this.requestedNs > HUNG_NS) this.restart(thread, "it has not answered for 3 s");
      return;
    }
    if (!thread.alive) {
      this.restart(thread, "it ended");
      return;
    }
    if (steadyNs - this.requestedNs < BigInt(Math.round(setup.parameters.planning_period_s * 1e9))) return;
    const request = loop.planRequest(node.clock.nowNs());
    if (request === undefined) return;
    this.requestedNs = steadyNs;
    void this.planFrom(request, configured);
  }

  private async planFrom(request: PlanRequest, { thread, loop }: Configured): Promise<void> {
    try {
      const plan = await thread.plan(request);
      this.note(plan);
      if (this.configured?.loop === loop) loop.onPlan(plan, this.node.clock.nowNs());
    } catch (error) {
      this.planFailures++;
      this.node.log.error(`no plan: ${error instanceof RehearseError ? error.describe() : (error as Error).message}`);
    }
  }

  private note(plan: TimedPlan): void {
    keep(this.planMs, Number(plan.durationNs) / 1e6);
    keep(this.planIterations, plan.iterations);
    const { lastPlanned } = this;
    if (lastPlanned?.goalId === plan.goalId) keep(this.planIntervalsMs, Number(plan.frameNs - lastPlanned.frameNs) / 1e6);
    this.lastPlanned = plan;
  }

  private restart(thread: PlannerThread, why: string): void {
    if (this.restarting) return;
    this.restarting = true;
    this.restarts++;
    this.node.log.error(`the planner thread is started anew: ${why}`);
    thread
      .restart()
      .catch((error: Error) => this.node.log.error(`the planner thread did not start: ${error.message}`))
      .finally(() => {
        this.restarting = false;
        this.requestedNs = this.node.clock.steadyNs();
      });
  }

  private imagine(cycle: Cycle): void {
    const { plan } = cycle;
    const { setup, thread } = this.active();
    const hz = setup.parameters.imagination_hz;
    if (hz === 0 || plan === undefined || thread.busy || !this.node.imaginationWanted) return;
    const steadyNs = this.node.clock.steadyNs();
    if (steadyNs - this.imaginedNs < BigInt(Math.round(1e9 / hz))) return;
    this.imaginedNs = steadyNs;
    thread
      .imagine(someSteps(plan), plan.frameNs)
      .then((frames: readonly CameraFrame[]) => {
        if (frames.length > 0) this.node.showImagination(frames);
      })
      .catch((error: Error) => this.node.log.warn(`nothing imagined: ${error.message}`));
  }

  private admit(request: GoalRequest): Goal | RehearseError {
    if (this.configured === undefined || this.node.state !== "active") {
      return new RehearseError(
        "RH-GOAL-INACTIVE",
        `the controller is ${this.node.state}`,
        "activate it first: ros2 lifecycle set /controller activate",
      );
    }
    const { setup, loop } = this.configured;
    const { model, parameters } = setup;
    const answer = admitGoal(request, this.nextGoalId, {
      frames: [this.node.frameIds.odom],
      arena: model.arena,
      imageSize: { width: model.image.widthPx, height: model.image.heightPx },
      nowNs: this.node.clock.nowNs(),
      maxAgeNs: BigInt(Math.round(parameters.goal_max_age_s * 1e9)),
    });
    if (answer instanceof RehearseError) return answer;
    this.nextGoalId++;
    const goal = parameters.use_goal_yaw ? answer : withoutHeading(answer);
    loop.setGoal(goal);
    return goal;
  }

  private cancel(): string {
    const { loop } = this.active();
    const { activeGoal } = loop;
    loop.on("cancel");
    this.node.goalGone();
    return activeGoal === undefined ? "there was no goal" : `goal ${activeGoal.id} is cancelled`;
  }

  private told(event: "pause" | "resume", answer: string): string {
    this.active().loop.on(event);
    return answer;
  }

  private active(): Configured {
    if (this.configured === undefined) {
      throw new RehearseError("RH-CONTROLLER-INACTIVE", "the controller is not configured", "configure and activate it first");
    }
    return this.configured;
  }

  /** From the stamp of a frame to the first command that is computed with the plan made from it. */
  private measure(cycle: Cycle): void {
    const { plan } = cycle;
    if (plan === undefined || plan.frameNs === this.firstUse) return;
    this.firstUse = plan.frameNs;
    keep(this.latenciesMs, Number(cycle.nowNs - plan.frameNs) / 1e6);
  }

  private diagnose(): DiagnosticReport {
    const cycle = this.lastCycle;
    const jitter = this.ticker?.statistics();
    const missed = jitter?.missed ?? 0;
    const { heapUsed, rss } = process.memoryUsage();
    const mode = this.configured === undefined ? "unconfigured" : (cycle?.mode ?? "idle");
    const waiting = mode === "stopped" ? "stopped: paused, e-stopped, or images, or odometry or joint states, are stale" : undefined;
    return {
      level: mode === "blocked" || waiting !== undefined ? "warn" : "ok",
      message: waiting ?? mode,
      values: {
        mode,
        "plan.duration_p50_ms": quantile(this.planMs, 0.5),
        "plan.duration_p99_ms": quantile(this.planMs, 0.99),
        "plan.interval_p50_ms": quantile(this.planIntervalsMs, 0.5),
        "plan.interval_p99_ms": quantile(this.planIntervalsMs, 0.99),
        "plan.iterations_p50": quantile(this.planIterations, 0.5),
        "plan.age_ms": cycle?.planAgeNs === undefined ? undefined : Number(cycle.planAgeNs) / 1e6,
        "plan.failures": this.planFailures,
        "plan.surprise": cycle?.plan?.surprise,
        "planner.restarts": this.restarts,
        "frames.uniform": this.frameWatch.faults.uniform,
        "frames.frozen": this.frameWatch.faults.frozen,
        "latency.image_to_command_p50_ms": quantile(this.latenciesMs, 0.5),
        "latency.image_to_command_p99_ms": quantile(this.latenciesMs, 0.99),
        "tick.calls": jitter?.calls ?? 0,
        "tick.missed": missed,
        "tick.jitter_p50_us": jitter?.p50Us,
        "tick.jitter_p99_us": jitter?.p99Us,
        "tick.jitter_p999_us": jitter?.p999Us,
        "tick.jitter_max_us": jitter?.maxUs,
        "memory.heap_mb": heapUsed / 2 ** 20,
        "memory.resident_mb": rss / 2 ** 20,
        robot_file_sha256: this.configured?.setup.robot.source.sha256,
        model: this.configured?.setup.model.folder,
      },
    };
  }
}

function someSteps(plan: TimedPlan) {
  const [steps, size] = plan.latents.shape as [number, number];
  const all = values(plan.latents);
  const count = Math.min(IMAGINED_STEPS, steps);
  const some = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const step = Math.round(((i + 1) * steps) / count) - 1;
    some.set(all.subarray(step * size, (step + 1) * size), i * size);
  }
  return tensor(some, [count, size]);
}

function withoutHeading(goal: Goal): Goal {
  if (goal.kind === "image") return { ...goal, withHeading: false };
  return { kind: "pose", id: goal.id, xM: goal.xM, yM: goal.yM };
}

function keep(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > KEPT_LATENCIES) samples.shift();
}
