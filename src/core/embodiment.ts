import type { BodyMeasurement, Pose2, Twist2 } from "./body.js";
import type { CommandNumbers } from "./command.js";
import type { MotionModel } from "./motion.js";
import type { RobotDescription } from "./robot-description.js";

/**
 * One kind of body: all that the rest of the system has to know about it. It holds no state, and cannot loosen a limit: every answer follows from the
 * robot file, which the ceilings in `guardrails/ceilings.ts` bound, the axes of this embodiment included.
 */
export interface Embodiment {
  /** `drive` in the robot file. */
  readonly drive: string;
  /** What the robot file holds for this kind of body alone, by its keys there (`limits.sideways_mps`): numbers above 0. */
  readonly ownNumbers: Readonly<Record<string, OwnNumber>>;
  readonly measurement: Measurement;
  readonly ros: RosNames;
  /** What its commands are made of. Rest is zero of each. */
  command(robot: RobotDescription): CommandNumbers;
  /** The limits of each number of a command. */
  axes(robot: RobotDescription): readonly Axis[];
  /** @param maxStepS longest step of the integration; default: the motion model's own */
  motion(robot: RobotDescription, maxStepS?: number): MotionModel;
  /** The velocity along the axes `durationS` later, under one constant command. */
  velocityAfter(robot: RobotDescription): (velocity: readonly number[], command: readonly number[], durationS: number) => readonly number[];
  /** Names of quantities that a model may ask for as proprioception. */
  proprioception(robot: RobotDescription): readonly string[];
  /** Bodies that move about on the floor have one; absent: it is fixed to its place. */
  readonly floor?: FloorBody;
  /** The nearest command that the body can follow, no faster on any axis; absent: its axes are independent of one another. */
  feasible?(robot: RobotDescription): (command: readonly number[]) => readonly number[];
}

export interface FloorBody {
  /** It can move sideways. */
  readonly sideways: boolean;
  /** Integrates the body's motion over `durationS` a call. */
  mover(robot: RobotDescription, durationS: number, maxStepS?: number): Mover;
  /** The same motion at another speed: whether the yaw rate changes with it. */
  atSpeed(twist: Twist2, vxMps: number, vyMps: number): Twist2;
}

/** A body on the floor, moved on in place: planning makes ten thousands of steps for one plan. */
export interface Mover extends Pose2, Twist2 {
  place(pose: Pose2, twist: Twist2): void;
  /** By the duration that it was made for, under one constant command. */
  advance(vxMps: number, yawRateRps: number, vyMps?: number): void;
}

/** One number of a command, and what it may be. `PerS` is in the axis's unit: m or rad. */
export interface Axis {
  readonly name: string;
  readonly unit: "m/s" | "rad/s";
  readonly minPerS: number;
  readonly maxPerS: number;
  readonly accelerationPerS2: number;
  /** What the body really does. */
  readonly decelerationPerS2: number;
  /** How fast the gate's own stops take the command down: never slower than the braking that the checks assumed. */
  readonly emergencyDecelerationPerS2: number;
  readonly jerkPerS3: number;
}

/** Slower than this counts as at rest, by the axis's unit. */
export const REST = { "m/s": 0.02, "rad/s": 0.05 } as const;

/** What a module of your own says of a base that none of the embodiments is: how it moves. All else is as of every base that is commanded by twists. */
export interface CustomBody {
  /** It can move sideways: its robot file then has `limits.sideways_mps`. Default: it cannot. */
  readonly sideways?: boolean;
  /** What its robot file holds for it alone, at the top level. */
  readonly ownNumbers?: Readonly<Record<string, OwnNumber>>;
  /**
   * Its velocity `[vx, vy, yawRate]`, m/s and rad/s, `durationS` later (25 ms at most), under one constant command of the same form. It may only make a guard
   * more careful than the robot file's limits do: what answers later or brakes harder is refused.
   */
  velocityAfter: Embodiment["velocityAfter"];
  /** The same motion at another speed; default: the yaw rate stays. */
  atSpeed?(twist: Twist2, vxMps: number, vyMps: number): Twist2;
  /** The nearest command `[vx, vy, yawRate]` that it can follow, slower on every axis; default: its axes are independent of one another. */
  feasible?(robot: RobotDescription): (command: readonly number[]) => readonly number[];
}

export interface OwnNumber {
  readonly unit: string;
  /** Bounds that no robot file may go beyond. */
  readonly min: number;
  readonly max: number;
}

/** What is measured of a body, and what follows from it. */
export interface Measurement<Body extends BodyMeasurement = BodyMeasurement> {
  /** In the names of rules, as `freshness.odometry`. */
  readonly name: "odometry" | "joints";
  readonly ros: RosTopic;
  /** For people, and the code of the error that refuses numbers that are none. */
  readonly label: string;
  readonly notFinite: "RH-ODOM-NAN" | "RH-JOINTS-NAN";
  is(body: BodyMeasurement): body is Body;
  /** Along the axes of the body's commands, m and rad; of what moves on the floor in the odometry frame. */
  position(body: Body): readonly number[];
  /** Along the axes, m/s and rad/s. */
  velocity(body: Body): readonly number[];
  /** Where it is on the floor; undefined: it is fixed to its place. */
  pose(body: Body): Pose2 | undefined;
  /** At zero, at rest: taken for a body of which nothing is measured. */
  zero(like: Body, stampNs: bigint): Body;
  /** Moved on from its time with its own velocity. */
  extrapolated(body: Body, stampNs: bigint): Body;
  interpolated(before: Body, after: Body, stampNs: bigint): Body;
  /** A position after a displacement along the axes. */
  displaced(position: readonly number[], by: readonly number[]): readonly number[];
  distance(from: readonly number[], to: readonly number[]): Travel;
  /** From one to the next, as far as positions and velocities agree on it: odometry that jumps, or has frozen, is no motion. */
  travel(before: Body, after: Body): Travel;
  /** @param joints names, of an arm @returns NaN: nothing of that name is measured */
  quantity(body: Body, name: string, joints: readonly string[]): number;
  /** What a status says of the body besides its plan. */
  report(body: Body, joints: readonly string[]): { readonly joints?: Readonly<Record<string, number>> };
}

export interface Travel {
  readonly distanceM: number;
  /** For an arm: of its joints together, or of the joint with the largest. */
  readonly angleRad: number;
}

/** Topics, relative, and message types; who speaks ROS has an encoder and a decoder for each type. */
export interface RosNames {
  /** From the controller to the guard, always stamped. */
  readonly proposed: RosTopic;
  /** From the guard to the robot. */
  readonly command: RosTopic;
  /** In place of `command.type` where the robot takes no stamped messages. */
  readonly unstampedType?: string;
}

export interface RosTopic {
  readonly topic: string;
  readonly type: string;
}
