import type { JointState, Odometry, Pose2 } from "./body.js";
import type { Command } from "./command.js";
import type { Quantity } from "./model.js";
import type { Random } from "./random.js";
import type { Footprint } from "./robot-description.js";
import type { CameraFrame, LaserScan } from "./sensors.js";

/** An embedded simulated world in its own time: nothing moves but by `advance`. Deterministic by seed. */
export interface World {
  readonly stampNs: bigint;
  /** Touches counted by the world itself: one each time that an unwanted contact begins. */
  readonly collisions: number;
  /** Takes effect after the world's own delay (at once, unless it was made otherwise), and for 0.5 s; then the world stops the robot, as drive controllers do. */
  command(command: Command): void;
  advance(durationNs: bigint): void;
  /** What the camera sees, `sizePx` square; default: the size of the world's camera. */
  frame(sizePx?: number): CameraFrame;
  /** For bases, and for tools that are moved in a plane. */
  odometry?(): Odometry;
  /** For arms. */
  joints?(): JointState;
  /** Absent: its robot has no range finder. */
  scan?(): LaserScan;
}

/** A world in which a body goes from place to place. */
export interface NavigationWorld extends World {
  odometry(): Odometry;
  scan(): LaserScan;
  readonly odomFromBase: Pose2;
  /** Puts the robot at rest at a pose, exactly. Throws when it would touch something there. */
  place(pose: Pose2): void;
  /** A pose at which the robot touches nothing, with `clearanceM` to spare. */
  samplePose(random: Random, clearanceM: number): Pose2;
  isFree(xM: number, yM: number, clearanceM: number): boolean;
  /** Length of the shortest path for the robot's footprint; +Infinity: none. */
  shortestPathM(from: Pick<Pose2, "xM" | "yM">, to: Pick<Pose2, "xM" | "yM">): number;
  /** The world as the camera would see it with the robot at `pose`: for goal pictures. */
  frameAt(pose: Pose2, sizePx?: number): CameraFrame;
}

/** A world in which something is to be brought into a state that a picture shows. */
export interface TaskWorld extends World {
  /** Quantities in `truth`, in that order; angles as cosine and sine. Readouts are trained to predict the same from pictures. */
  readonly quantities: readonly Quantity[];
  truth(): readonly number[];
  /** All that the physics knows, velocities included. Restored, the world goes on, bit for bit, as it did from there. */
  save(): TaskState;
  restore(state: TaskState): void;
}

export function isTaskWorld(world: World): world is TaskWorld {
  return "truth" in world;
}

/** Plain numbers; the world that saved it knows what they mean. */
export type TaskState = Readonly<Float64Array>;

/** Options that every world can be built from; options of one world alone have a default there. */
export interface WorldOptions {
  readonly seed: number;
  /** Side of the camera's picture; default: the world's own. */
  readonly cameraSizePx?: number;
  /** From receiving a command to the motors acting on it; default 0. */
  readonly commandDelayS?: number;
  /** Stamp at which the world begins; default 0. */
  readonly startNs?: bigint;
  /** What the robot covers of the floor; default: the world's own robot. For worlds to drive about in. */
  readonly footprint?: Footprint;
}

/** Decides what to do next by itself: the policy that gathers data, or the scripted expert. */
export interface Explorer {
  /** The command for the next control period. */
  next(): Command;
}

/** Overhead: faces straight down at a square of that side, centred on the origin, x to the right and y up. Else a pinhole on the robot. */
export type WorldCamera = { readonly periodS: number } & ({ readonly viewM: number } | { readonly fieldOfViewRad: number });

/** What every kind of world declares. */
export interface WorldDefinitionBase<Of extends World = World> {
  /** Its robot's name among the calibrations. */
  readonly robot: string;
  readonly controlPeriodS: number;
  readonly camera: WorldCamera;
  create(options: WorldOptions): Of;
  /** A bounded policy whose recordings show what planning will imagine. */
  explorer(world: Of, random: Random): Explorer;
}

/** A kind of world to drive about in. */
export interface NavigationWorldDefinition extends WorldDefinitionBase<NavigationWorld> {
  readonly type: "navigation";
  readonly rules: NavigationRules;
}

export interface NavigationRules {
  readonly timeLimitS: number;
  /** True distance within which the body must be at rest. */
  readonly toleranceM: number;
  /** True error of its heading, which goals then ask for; absent: any heading will do. */
  readonly yawToleranceRad?: number;
  /** Whether this world poses the task of driving from the one place to the other; absent: any pair will do. */
  accepts?(start: Pose2, goal: Pose2): boolean;
}

/** A kind of world with something to do in it. */
export interface TaskWorldDefinition extends WorldDefinitionBase<TaskWorld> {
  readonly type: "task";
  /** Control periods that an episode may take. */
  readonly budgetTicks: number;
  /** By seed. Not solved at the start, by the customary test. */
  episode(seed: number): TaskEpisode;
  /** How far the state is from the goal's. */
  judge(state: TaskState, goal: TaskState): Judgement;
  /** The unit of `Judgement.error`. */
  readonly errorUnit: string;
}

export interface TaskEpisode {
  readonly start: TaskState;
  readonly goal: TaskState;
  /** One command per control period, which together lead from the start to the goal; absent: no solution is known. */
  readonly demonstration?: readonly Command[];
}

export interface Judgement {
  /** One number for reports, in `errorUnit`, 0 at the goal; also what planning on the true dynamics minimises. */
  readonly error: number;
  /** By the test that the literature uses. */
  readonly benchmark: boolean;
  /** Closer; counts when it held for `STRICT_TICKS` control periods. */
  readonly strict: boolean;
}

/** How many control periods in a row the strict test must hold. */
export const STRICT_TICKS = 3;

export type WorldDefinition = NavigationWorldDefinition | TaskWorldDefinition;
