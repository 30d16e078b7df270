import type { ControlOptions } from "../control/control-options.js";
import { mayMove } from "../control/modes.js";
import type { Command } from "../core/command.js";
import type { Gate } from "../core/gate.js";
import type { PoseGoal } from "../core/goal.js";
import type { Random } from "../core/random.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Explorer, NavigationWorld, World } from "../core/world.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { embodimentOf } from "../embodiment/index.js";
import { GatedPolicy } from "../lockstep/gated-policy.js";
import type { Lockstep } from "../lockstep/lockstep.js";
import { clamp, wrapAngle } from "../math/angle.js";
import type { Driver } from "./episode.js";
import { NO_TICKS, withVerdict } from "./gate-tally.js";

/** The controller itself, with its gate and its planner, in simulated time. */
export class ControllerDriver implements Driver {
  readonly planMs: number[] = [];
  readonly iterations: number[] = [];
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
      this.iterations.push(cycle.plan.iterations);
    }
  }
}

/** Drives a policy without a model (random, straight, expert) through the same gate. */
export class PolicyDriver implements Driver {
  readonly planMs: readonly number[] = [];
  readonly iterations: readonly number[] = [];
  readonly claimsArrival = false;
  gate = NO_TICKS;
  private readonly gated: GatedPolicy;

  constructor(
    private readonly world: World,
    gate: Gate,
    private readonly periodNs: bigint,
    policy: Explorer,
    robot: RobotDescription,
  ) {
    this.gated = new GatedPolicy(policy, world, gate, periodNs, robot);
  }

  async step(): Promise<void> {
    const verdict = this.gated.next();
    this.gate = withVerdict(this.gate, verdict);
    this.world.command(verdict.command);
    this.world.advance(this.periodNs);
  }
}

/** Uniform over what the model may do, each action held for a while. */
export function randomPolicy(
  { axes, command: numbers }: Pick<ControlOptions, "axes" | "command">,
  heldTicks: number,
  random: Random,
): Explorer {
  const scaling = new ActionScaling(axes, numbers);
  let command = scaling.rest;
  let left = 0;
  return {
    next() {
      if (left-- <= 0) {
        left = heldTicks;
        command = scaling.toCommand(axes.map(() => 2 * random.uniform() - 1));
      }
      return command;
    },
  };
}

/** Within this distance of its goal a body turns to the goal's heading. */
const TURNING_M = 0.1;

/**
 * Straight at the goal, turning towards it first where the body has to, and to the goal's heading once it is there: how far one gets without sensing
 * the walls. Knows its true pose.
 */
export function straightPolicy(world: NavigationWorld, goal: Omit<PoseGoal, "kind" | "id">, robot: RobotDescription): Explorer {
  const { limits } = robot;
  const { floor } = embodimentOf(robot);
  return {
    next() {
      const pose = world.odomFromBase;
      const distanceM = Math.hypot(goal.yM - pose.yM, goal.xM - pose.xM);
      const turning = goal.yawRad !== undefined && distanceM < TURNING_M;
      const bearing = wrapAngle((turning ? goal.yawRad : Math.atan2(goal.yM - pose.yM, goal.xM - pose.xM)) - pose.yawRad);
      const speed = turning ? 0 : Math.min(limits.forwardMps, 1.5 * distanceM);
      if (floor?.sideways) return { kind: "twist", vxMps: speed * Math.cos(bearing), vyMps: speed * Math.sin(bearing), yawRateRps: 0 };
      const yawRateRps = clamp(3 * bearing, -limits.yawRateRps, limits.yawRateRps);
      return { kind: "twist", vxMps: speed * Math.max(0, Math.cos(bearing)), vyMps: 0, yawRateRps };
    },
  };
}

/** Replays recorded commands, one after the other; then rests. */
export function replayPolicy(commands: readonly Command[], rest: Command): Explorer {
  let tick = 0;
  return { next: () => commands[tick++] ?? rest };
}
