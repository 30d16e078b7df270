import type { Controller } from "../control/controller.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Robot } from "../core/robot.js";
import type { SimulatedClock } from "./simulated-clock.js";

/** A robot whose time advances only on request: an embedded world, or a bag. */
export interface SteppedRobot extends Robot {
  readonly stampNs: bigint;
  advance(durationNs: bigint): void | Promise<void>;
}

export interface LockstepOptions {
  readonly controlPeriodNs: bigint;
  /** Simulated time from a request to its plan: what planning takes on the robot; or what follows from how long making that plan took here. */
  readonly planDelayNs: bigint | ((plan: TimedPlan) => bigint);
}

/**
 * Drives the same controller and the same planner as on a robot, in simulated time, as fast as the machine can plan. A plan arrives after a simulated
 * delay: a fixed one, and a run repeats exactly; or the time that it really took, and a run shows what this machine can do. A planner that fails ends
 * the run.
 */
export class Lockstep {
  private pending: { readonly plan: TimedPlan; readonly dueNs: bigint } | undefined;
  private begun = false;

  constructor(
    private readonly robot: SteppedRobot,
    private readonly clock: SimulatedClock,
    private readonly controller: Controller,
    private readonly plan: (request: PlanRequest) => Promise<TimedPlan>,
    private readonly options: LockstepOptions,
  ) {
    robot.odometry.subscribe((odometry) => controller.onBody(odometry, robot.stampNs));
    robot.joints?.subscribe((joints) => controller.onBody(joints, robot.stampNs));
    robot.scans.subscribe((scan) => controller.onScan(scan, robot.stampNs));
    robot.frames.subscribe((frame) => controller.onFrame(frame, robot.stampNs));
  }

  /** One control period: judge and send the command for now, then let the world move on. */
  async tick(): Promise<Cycle> {
    const { controller, clock, options } = this;
    if (!this.begun) {
      this.begun = true;
      await this.robot.advance(0n);
    }
    const nowNs = clock.nowNs();
    if (this.pending !== undefined && this.pending.dueNs <= nowNs) {
      controller.onPlan(this.pending.plan, nowNs);
      this.pending = undefined;
    }
    const cycle = controller.tick(nowNs);
    const request = controller.planRequest(nowNs);
    if (request !== undefined) {
      const plan = await this.plan(request);
      const { planDelayNs: delayNs } = options;
      this.pending = { plan, dueNs: nowNs + (typeof delayNs === "bigint" ? delayNs : delayNs(plan)) };
    }
    this.robot.command(cycle.verdict.command);
    await this.robot.advance(options.controlPeriodNs);
    clock.set(nowNs + options.controlPeriodNs);
    return cycle;
  }
}
