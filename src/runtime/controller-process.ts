import { customGuardrails } from "../config/custom-guardrails.js";
import { Controller } from "../control/controller.js";
import { SafetyGate } from "../control/gate.js";
import type { BodyMeasurement } from "../core/body.js";
import type { ControllerInput } from "../core/controller-input.js";
import { RehearseError } from "../core/error.js";
import type { Goal, GoalRequest } from "../core/goal.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Polygon } from "../core/robot-description.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import type { ParameterTable } from "../parameters/parameter.js";
import type { ControllerHooks, ControllerNode } from "../ros/nodes/controller-node.js";
import { everyNs, type Ticker } from "../ros/rcl/ticker.js";
import { controlOptionsOf } from "./control-options.js";
import { ControllerDiagnostics } from "./controller-diagnostics.js";
import { Imagination } from "./imagination.js";
import { requirePlannableLater } from "./parameter-rules.js";
import type { PlannerSetup } from "./planner-setup.js";
import { PlannerThread } from "./planner-thread.js";
import { setupOf } from "./setup.js";

/** Number of messages kept, from 50 Hz odometry, a scanner and a camera: more than the three seconds that a controller remembers. */
const KEPT_INPUTS = 256;

/** What exists only while the node is configured. */
interface Configured {
  readonly setup: PlannerSetup;
  readonly controller: Controller;
  readonly thread: PlannerThread;
}

/** Wires the node and its clocks to the controller, and the controller to the planner thread. It decides nothing. */
export class ControllerProcess {
  readonly node: ControllerNode;
  private configured: Configured | undefined;
  /** While it is being configured; resolves whatever comes of it. */
  private configuring: Promise<void> | undefined;
  private ticker: Ticker | undefined;
  private restarting = false;
  private estopped = false;
  private zonesM: readonly Polygon[] | "unknown" = [];
  private readonly diagnostics = new ControllerDiagnostics();
  /** What the controller was given since the last tick. */
  private readonly inputs: ControllerInput[] = [];
  private readonly imagination: Imagination;

  constructor(create: (hooks: ControllerHooks) => ControllerNode) {
    this.node = create({
      onConfigure: () => this.configureOnce(),
      onActivate: () => this.activate(),
      onDeactivate: () => this.deactivate(),
      onCleanup: () => this.cleanup(),
      onCancel: () => this.cancel(),
      onPause: () => this.on("pause", "paused: the robot holds still until it is resumed"),
      onResume: () => this.on("resume", "resumed"),
      diagnose: () => this.diagnose(),
    });
    this.imagination = new Imagination(this.node);
    this.node.parameters.reviewBy((proposed) => this.adjust(proposed));
    this.listen();
  }

  private listen(): void {
    const { node } = this;
    const onBody = (body: BodyMeasurement): void => this.configured?.controller.onBody(body, node.clock.nowNs());
    node.odometry.subscribe(onBody);
    node.joints.subscribe(onBody);
    node.scans.subscribe((scan) => this.configured?.controller.onScan(scan, node.clock.nowNs()));
    node.frames.subscribe((frame) => {
      const controller = this.configured?.controller;
      controller?.onFrame(frame, node.clock.nowNs());
      if (controller?.frameFault?.code === "RH-FRAME-SIZE") node.refuseFrame(controller.frameFault);
      this.requestPlan();
    });
    node.zones.subscribe((zonesM) => {
      this.zonesM = zonesM;
      this.configured?.controller.onZones(zonesM);
    });
    node.goals.subscribe((request) => node.answer(request, this.admit(request)));
    node.estop.subscribe((pressed) => {
      this.estopped = pressed;
      this.configured?.controller.on(pressed ? "estop" : "estop-reset");
      if (pressed) node.goalGone();
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
    for (const warning of setup.robot.warnings ?? []) this.node.log.warn(warning);
    const controller = new Controller(controlOptionsOf(setup), new SafetyGate(setup.robot, customGuardrails(setup.robot)), (input) =>
      this.note(input),
    );
    const thread = await PlannerThread.start(setup);
    controller.on("configure");
    if (this.zonesM.length > 0) controller.onZones(this.zonesM);
    if (this.estopped) controller.on("estop");
    this.configured = { setup, controller, thread };
    this.node.parameters.takeIn(thread.declared);
    this.node.log.info(
      `model ${setup.model.name} (${setup.model.folder}), robot ${setup.robot.name} (sha256 ${setup.robot.source.sha256.slice(0, 12)}…)`,
    );
  }

  /**
   * Parameters are to change while running: the planner is built with them now, or refuses them; the next plan is made with them.
   * @returns what the modules of planner and costs then declare; undefined: that is not known before they are run
   */
  private async adjust(parameters: ControllerParameters): Promise<ParameterTable | undefined> {
    await this.configuring;
    const { configured } = this;
    if (configured === undefined) {
      await requirePlannableLater(parameters);
      // Meanwhile the values before may have been taken for configuring.
      return this.configuring === undefined && this.configured === undefined ? undefined : this.adjust(parameters);
    }
    const setup = { ...configured.setup, parameters };
    await configured.thread.adjust(setup);
    if (this.configured?.thread !== configured.thread) return undefined;
    this.configured = { ...this.configured, setup };
    configured.controller.adjust(controlOptionsOf(setup));
    return configured.thread.declared;
  }

  private activate(): void {
    const { setup } = this.active();
    const periodNs = BigInt(Math.round(1e9 / setup.parameters.control_rate_hz));
    this.ticker = everyNs(periodNs, () => this.tick());
  }

  private deactivate(): void {
    this.ticker?.stop();
    this.ticker = undefined;
    this.configured?.controller.on("cancel");
    this.node.goalGone();
  }

  private async cleanup(): Promise<void> {
    const { configured } = this;
    this.configured = undefined;
    await configured?.thread.close();
  }

  private tick(): void {
    const { controller, thread, setup } = this.active();
    const cycle = controller.tick(this.node.clock.nowNs());
    this.node.command(cycle.verdict.command);
    this.diagnostics.noteCycle(cycle);
    this.node.show(cycle);
    this.node.trace(cycle, this.inputs);
    this.inputs.length = 0;
    this.requestPlan();
    this.imagination.show(cycle.plan, thread, setup.parameters.imagination_hz);
  }

  private note(input: ControllerInput): void {
    this.inputs.push(input);
    // Before the first tick nobody takes them; what matters then is of the last seconds.
    if (this.inputs.length > KEPT_INPUTS) this.inputs.shift();
  }

  private requestPlan(): void {
    const { configured, node } = this;
    if (configured === undefined || this.ticker === undefined || this.restarting) return;
    const { controller, thread } = configured;
    const steadyNs = node.clock.steadyNs();
    if (controller.isPlannerHung(steadyNs)) void this.restart(configured, "it has not answered for 3 s");
    else if (!thread.alive) void this.restart(configured, "it ended");
    else {
      const request = controller.planRequest(node.clock.nowNs(), steadyNs);
      if (request !== undefined) void this.planFrom(request, configured);
    }
  }

  private async planFrom(request: PlanRequest, { thread, controller }: Configured): Promise<void> {
    try {
      const plan = await thread.plan(request);
      this.diagnostics.notePlan(plan);
      controller.onPlan(plan, this.node.clock.nowNs());
    } catch (error) {
      controller.onPlanFailed();
      this.diagnostics.planFailures++;
      this.node.log.error(`no plan: ${error instanceof RehearseError ? error.describe() : (error as Error).message}`);
    }
  }

  private async restart({ thread, controller }: Configured, why: string): Promise<void> {
    this.restarting = true;
    this.diagnostics.restarts++;
    this.node.log.error(`the planner thread is started anew: ${why}`);
    try {
      await thread.restart();
    } catch (error) {
      this.node.log.error(`the planner thread did not start: ${(error as Error).message}`);
    }
    this.restarting = false;
    controller.onPlannerRestarted(this.node.clock.steadyNs());
  }

  private admit(request: GoalRequest): Goal | RehearseError {
    const { configured, node } = this;
    if (configured === undefined || node.state !== "active") {
      return new RehearseError(
        "RH-GOAL-INACTIVE",
        `the controller is ${node.state}`,
        "activate it first: ros2 lifecycle set /controller activate",
        { details: { lifecycle: node.state } },
      );
    }
    return configured.controller.onGoal(request, node.clock.nowNs(), [node.frameIds.odom]);
  }

  private cancel(): string {
    const { controller } = this.active();
    const { activeGoal } = controller;
    controller.on("cancel");
    this.node.goalGone();
    return activeGoal === undefined ? "there was no goal" : `goal ${activeGoal.id} is cancelled`;
  }

  private on(event: "pause" | "resume", answer: string): string {
    this.active().controller.on(event);
    return answer;
  }

  private active(): Configured {
    if (this.configured === undefined) {
      throw new RehearseError("RH-CONTROLLER-INACTIVE", "the controller is not configured", "configure and activate it first");
    }
    return this.configured;
  }

  private diagnose() {
    const { configured } = this;
    const report = this.diagnostics.report(configured !== undefined, configured?.controller.heldBack ?? {}, this.ticker?.statistics());
    const { robot, model } = configured?.setup ?? {};
    return { ...report, values: { ...report.values, robot_file_sha256: robot?.source.sha256, model: model?.folder } };
  }
}
