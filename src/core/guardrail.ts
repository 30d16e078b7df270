import type { JointState, Odometry } from "./body.js";
import type { Command } from "./command.js";
import type { Polygon, RobotDescription } from "./robot-description.js";
import type { LaserScan, ObstaclePoints } from "./sensors.js";
import type { Tensor } from "./tensor.js";
import type { CustomRuleId, RuleId, Violation, ViolationId, ViolationOf } from "./violation.js";

/** What the gate is given at the moment it judges. Times are of one clock; `receivedNs` is when the datum arrived, by the judge's own clock. */
export interface BodyState {
  readonly nowNs: bigint;
  readonly odometry: Odometry | undefined;
  readonly scan: LaserScan | undefined;
  readonly odometryReceivedNs: bigint | undefined;
  readonly scanReceivedNs: bigint | undefined;
  readonly commandReceivedNs: bigint | undefined;
  /** In place of odometry, for a robot that is driven by its joints. */
  readonly joints?: JointState | undefined;
  readonly jointsReceivedNs?: bigint | undefined;
  /** Where the footprint must not be for the time being, besides the robot file's zones, in the odometry frame; "unknown": somebody says a zone that cannot be used. */
  readonly zonesM?: readonly Polygon[] | "unknown" | undefined;
  /** The proposer's own objections to its command. */
  readonly modelUncertainty?: ModelUncertainty | undefined;
  /** What was last sent to the robot, and when. */
  readonly lastOutput: Command;
  readonly lastOutputNs: bigint | undefined;
}

/**
 * How little the proposer's model is to be trusted now, in multiples of its usual error. Can only slow down: an absent number leaves the last one
 * in force, and one that is not a number counts as the worst.
 */
export interface ModelUncertainty {
  /** How far what happened was from what the model had predicted. */
  readonly surprise?: number | undefined;
  /** How far several models, or several draws of one, disagree about what comes next. */
  readonly uncertainty?: number | undefined;
}

/**
 * All that rules judge by: what is measured now, and what the gate remembers. A snapshot of one moment, made once a tick and frozen, so that a
 * rule's answer depends on nothing else: not on which rules were checked before, nor how often.
 */
export interface GateContext extends BodyState {
  /** The hits of `scan`, placed with the odometry of the scan's own time; undefined: there are none, or where they were seen from is not known. */
  readonly obstacles: ObstaclePoints | undefined;
  /** What was sent, oldest first, for as long as the body may still be executing it; the last one is `lastOutput`. */
  readonly outputs: readonly SentCommand[];
  /** The numbers in force: the last reported value of each. */
  readonly modelUncertainty: Required<{ readonly [Key in keyof ModelUncertainty]: number }>;
  /** What the measured motion contradicts, for as long as that keeps it from being believed. */
  readonly motionFault: (Violation & { readonly id: ViolationOf<"plausible-motion"> }) | undefined;
  /** How far the robot had moved, when the newest scan came, since the scan's ranges last changed. */
  readonly movedInView: { readonly distanceM: number; readonly turnRad: number };
  /** For how long no scan has shown anything at all. */
  readonly nothingSeenS: number;
  /** Of each sector around the base, counter-clockwise from straight behind: BLIND, UNMEASURED or MEASURED; undefined: none is placed. */
  readonly seenSectors: Uint8Array | undefined;
  /** What speaks against the scanner's place or stamps, by its motion; undefined: nothing that would count. */
  readonly scanDoubt: ScanDoubt | undefined;
  readonly emergencyStopped: boolean;
  /** The longest time from one judgement to the next within the last seconds; 0: there was none before. */
  readonly worstIntervalS: number;
}

/** What another motion than odometry's explains better, scan after scan. */
export interface ScanDoubt {
  /** The scan shows no motion; its scanner is mounted otherwise than the robot file says; its stamps are those of a later time. */
  readonly lie: "still" | "turned" | "mirrored" | "late";
  /** By how much it is turned, rad, or late, s. */
  readonly value: number;
  /** From 0 to 1, which is certain. */
  readonly evidence: number;
}

export interface SentCommand {
  readonly atNs: bigint;
  readonly values: readonly number[];
}

/** A rule's answer: what is wrong, and the nearest command that keeps the rule; no such command: brake. */
export interface Ruling<Id extends ViolationId = ViolationId> {
  readonly violation: Violation & { readonly id: Id };
  readonly allowed?: Command;
  /** The command is within the body's limits, but an obstacle ahead or model uncertainty requires a slower one. */
  readonly slows?: boolean;
}

/** Exact, on one command. @returns undefined when the command keeps the rule */
export type Check<Id extends ViolationId = ViolationId> = (command: Command, context: GateContext) => Ruling<Id> | undefined;

/**
 * How far the rule is broken along predicted motion; kept when <= 0; smooth, so that planning can descend it. Sees motion, never latents.
 * @param motion `[sample, tick, column]`, as `MotionModel.rollout` gives it @param periodS from tick to tick
 * @returns one value a sample, normalised so that rules compare (1 ≈ broken outright)
 */
export type Margin = (motion: Tensor, obstacles: ObstaclePoints | undefined, periodS: number) => Float32Array;

/** Judges commands, for one robot. */
export interface GateRule {
  readonly id: RuleId;
  readonly check: Check;
}

/** Shapes plans, for one robot: a plan that breaks none is better than any that breaks one, whatever it costs. */
export interface PlanningConstraint {
  readonly id: RuleId;
  readonly margin: Margin;
}

/** A hard rule: what it judges commands by and, if plans can be shaped by it, what they have to keep. */
export interface Guardrail<Id extends RuleId = RuleId> {
  readonly id: Id;
  /** All that `rule` can report. */
  readonly violations: readonly ViolationOf<Id>[];
  /** Called once a robot. @returns undefined: the robot's file asks for nothing that this rule could judge */
  rule(robot: RobotDescription): Check<ViolationOf<Id>> | undefined;
  /** Absent: no motion can break the rule, or the motion model keeps it by itself. */
  constraint?(robot: RobotDescription): Margin | undefined;
}

/** A user's own guardrail: checked after the built-in ones, it can only slow a robot down. */
export type CustomGuardrail = Guardrail<CustomRuleId>;
