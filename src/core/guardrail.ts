import type { JointState, Odometry } from "./body.js";
import type { Command } from "./command.js";
import type { LaserScan, Surroundings } from "./sensors.js";
import type { Tensor } from "./tensor.js";

/** A limit that was met or broken, as data: which rule, what was asked, what is allowed, in the unit of the rule. */
export interface Violation {
  readonly guardrail: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** What the gate knows at the moment it judges. Times are of one clock; `receivedNs` is when the datum arrived, by the judge's own clock. */
export interface BodyState {
  readonly nowNs: bigint;
  readonly odometry: Odometry | undefined;
  readonly scan: LaserScan | undefined;
  /** The hits of `scan`, placed by the gate with the odometry of the scan's own time: callers leave it out. */
  readonly surroundings?: Surroundings | undefined;
  readonly odometryReceivedNs: bigint | undefined;
  readonly scanReceivedNs: bigint | undefined;
  readonly commandReceivedNs: bigint | undefined;
  /** In place of odometry, for a robot that is driven by its joints. */
  readonly joints?: JointState | undefined;
  readonly jointsReceivedNs?: bigint | undefined;
  /** What the proposer says against its own command. */
  readonly doubt?: Doubt | undefined;
  /** What was last sent to the robot, and when. */
  readonly lastOutput: Command;
  readonly lastOutputNs: bigint | undefined;
}

/**
 * How little the proposer's model is to be trusted now, in multiples of its usual error. Can only slow down: an absent number leaves the last one
 * in force, and one that is not a number counts as the worst.
 */
export interface Doubt {
  /** How far what happened was from what the model had predicted. */
  readonly surprise?: number | undefined;
  /** How far several models, or several draws of one, disagree about what comes next. */
  readonly uncertainty?: number | undefined;
}

/** A rule's answer: what is wrong, and the nearest command that keeps the rule; no such command: brake. */
export interface Ruling {
  readonly violation: Violation;
  readonly allowed?: Command;
  /** The command as such is one that the body may make: what is ahead, or doubt, wants it slower. */
  readonly slows?: boolean;
}

/** A hard-coded rule: soft along the imagined way (planning), exact on one command (the gate). Sees motion, never latents. */
export interface Guardrail {
  readonly name: string;
  /**
   * How far the rule is broken along predicted motion; kept when <= 0; smooth, so that planning can descend it.
   * @param motion `[sample, tick, column]`, as `MotionModel.rollout` gives it @param periodS from tick to tick; default: the robot's control period @returns one value a sample, normalised so that rules compare (1 ≈ broken outright)
   */
  margin(motion: Tensor, surroundings?: Surroundings | undefined, periodS?: number): Float32Array;
  /** @returns undefined when the command keeps the rule */
  check(command: Command, now: BodyState): Ruling | undefined;
}
