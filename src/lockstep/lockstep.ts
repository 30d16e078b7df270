import type { ControlLoop, PlanRequest } from "../control/control-loop.js";
import type { Cycle, TimedPlan } from "../core/cycle.js";
import type { Robot } from "../core/robot.js";
import type { SimulatedClock } from "./simulated-clock.js";

/** A robot whose time moves only when it is told to: an embedded world, or a bag. */
export interface SteppedRobot extends Robot {
  advance(durationNs: bigint): void | Promise<void>;
}

export interface LockstepOptions {
  readonly controlPeriodNs: bigint;
  /** Least time between the requests of two plans. */
  readonly planningPeriodNs: bigint;
  /** Simulated time from a request to its plan: what planning takes on the robot. */
  readonly planDelayNs: bigint;
}

/**
 * Runs the same control loop and the same planner as on a robot, in simulated time: a plan arrives after a fixed simulated delay however long
 * it took to make. So a run repeats exactly, and goes as fast as the machine can plan.
 */
export class Lockstep {
  private pending: { readonly plan: TimedPlan; readonly dueNs: bigint } | undefined;
  private requestedNs: bigint | undefined;
  private begun = false;

  constructor(
    private readonly robot: SteppedRobot,
    private readonly clock: SimulatedClock,
    private readonly loop: ControlLoop,
    private readonly plan: (request: PlanRequest) => Promise<TimedPlan>,
    private readonly options: LockstepOptions,
  ) {
    robot.odometry.subscribe((odometry) => loop.onBody(odometry, odometry.stampNs));
    robot.joints?.subscribe((joints) => loop.onBody(joints, joints.stampNs));
    robot.scans.subscribe((scan) => loop.onScan(scan, scan.stampNs));
    robot.frames.subscribe((frame) => loop.onFrame(frame));
  }

  /** One control period: judge and send the command for now, then let the world move on. */
  async tick(): Promise<Cycle> {
    if (!this.begun) {
      this.begun = true;
      await this.robot.advance(0n);
    }
    const nowNs = this.clock.nowNs();
    if (this.pending !== undefined && this.pending.dueNs <= nowNs) {
      this.loop.onPlan(this.pending.plan, nowNs);
      this.pending = undefined;
    }
    const cycle = this.loop.tick(nowNs);
    await this.requestPlan(nowNs);
    this.robot.command(cycle.verdict.command);
    await this.robot.advance(this.options.controlPeriodNs);
    this.clock.set(nowNs + this.options.controlPeriodNs);
    return cycle;
  }

  private async requestPlan(nowNs: bigint): Promise<void> {
    if (this.pending !== undefined) return;
    if (this.requestedNs !== undefined && nowNs - this.requestedNs < this.options.planningPeriodNs) return;
    const request = this.loop.planRequest(nowNs);
    if (request === undefined) return;
    this.requestedNs = nowNs;
    this.pending = { plan: await this.plan(request), dueNs: nowNs + this.options.planDelayNs };
  }
}
