import { mayMove } from "../control/modes.js";
import type { Command } from "../core/command.js";
import type { Gate } from "../core/gate.js";
import type { Goal } from "../core/goal.js";
import type { Random } from "../core/random.js";
import type { NavigationWorld } from "../core/world.js";
import { clamp, wrapAngle } from "../math/angle.js";
import type { Driver } from "./evaluate.js";
import { NO_TICKS, withVerdict } from "./gate-tally.js";
import type { Lockstep } from "./lockstep.js";

/** The controller itself: control loop, gate and planner in simulated time. */
export class ControllerDriver implements Driver {
  readonly planMs: number[] = [];
  claimsArrival = false;
  gate = NO_TICKS;
  private lastPlanNs: bigint | undefined;

  constructor(private readonly run: Lockstep) {}

  async step(): Promise<void> {
    const cycle = await this.run.tick();
    this.claimsArrival = cycle.mode === "reached";
    if (mayMove(cycle.mode)) this.gate = withVerdict(this.gate, cycle.verdict);
    if (cycle.plan !== undefined && cycle.plan.frameNs !== this.lastPlanNs) {
      this.lastPlanNs = cycle.plan.frameNs;
      this.planMs.push(Number(cycle.plan.durationNs) / 1e6);
    }
  }
}

/** A floor: what a rule that knows no model reaches under the same gate. */
abstract class ReactiveDriver implements Driver {
  readonly planMs: readonly number[] = [];
  readonly claimsArrival = false;
  gate = NO_TICKS;
  private lastOutput: Command = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
  private lastOutputNs: bigint | undefined;

  constructor(
    protected readonly world: NavigationWorld,
    private readonly judge: Gate,
    private readonly periodNs: bigint,
  ) {}

  protected abstract propose(): Command;

  async step(): Promise<void> {
    const nowNs = this.world.stampNs;
    const verdict = this.judge.admit(this.propose(), {
      nowNs,
      odometry: this.world.odometry(),
      scan: this.world.scan(),
      odometryReceivedNs: nowNs,
      scanReceivedNs: nowNs,
      commandReceivedNs: nowNs,
      lastOutput: this.lastOutput,
      lastOutputNs: this.lastOutputNs,
    });
    this.gate = withVerdict(this.gate, verdict);
    this.lastOutput = verdict.command;
    this.lastOutputNs = nowNs;
    this.world.command(verdict.command);
    this.world.advance(this.periodNs);
  }
}

/** Uniform actions, each held for half a second. */
export class RandomDriver extends ReactiveDriver {
  private command: Command = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 };
  private heldTicks = 0;

  constructor(
    world: NavigationWorld,
    gate: Gate,
    periodNs: bigint,
    private readonly random: Random,
  ) {
    super(world, gate, periodNs);
  }

  protected propose(): Command {
    if (this.heldTicks-- <= 0) {
      this.heldTicks = 10;
      this.command = { kind: "twist", vxMps: -0.3 + 0.9 * this.random.uniform(), vyMps: 0, yawRateRps: -2 + 4 * this.random.uniform() };
    }
    return this.command;
  }
}

/** Turns towards the goal and drives straight at it: how far one gets without looking at the walls. Knows its true pose. */
export class StraightDriver extends ReactiveDriver {
  constructor(
    world: NavigationWorld,
    gate: Gate,
    periodNs: bigint,
    private readonly goal: Extract<Goal, { kind: "pose" }>,
  ) {
    super(world, gate, periodNs);
  }

  protected propose(): Command {
    const pose = this.world.odomFromBase;
    const bearing = wrapAngle(Math.atan2(this.goal.yM - pose.yM, this.goal.xM - pose.xM) - pose.yawRad);
    const distance = Math.hypot(this.goal.yM - pose.yM, this.goal.xM - pose.xM);
    const facing = Math.max(0, Math.cos(bearing));
    return { kind: "twist", vxMps: Math.min(0.6, 1.5 * distance) * facing, vyMps: 0, yawRateRps: clamp(3 * bearing, -2, 2) };
  }
}
