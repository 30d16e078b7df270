import type { Pose2 } from "./body.js";

/** What is fixed about one robot: read once from `calibration/<name>/robot.yaml`, frozen, and changed by nothing while it runs. */
export interface RobotDescription {
  readonly name: string;
  /** Where it was read from; `sha256` (hex) of the file's bytes goes into diagnostics. */
  readonly source: { readonly path: string; readonly sha256: string };
  /** Which of the embodiments it is. */
  readonly drive: string;
  /** What only that one has, by its keys in the robot file. */
  readonly own?: Readonly<Record<string, number>>;
  readonly controlPeriodS: number;
  /** Joints of an arm; a base has none. */
  readonly joints: readonly JointDescription[];
  readonly footprint: Footprint;
  /** For a base; for an arm all 0. */
  readonly limits: MotionLimits;
  readonly response: BodyResponse;
  /** Free space to keep between the footprint and what the scan sees. */
  readonly clearanceM: number;
  /** What takes the commands: a drive controller, or those of an arm's joints. */
  readonly base: BaseDescription;
  readonly staleness: StalenessLimits;
  readonly uncertainty: UncertaintyLimits;
  /** What its file should say otherwise, although it was understood; for whoever reads it to print. Absent: nothing. */
  readonly warnings?: readonly string[] | undefined;
  /** Polygons of the odometry frame that the footprint must not enter. */
  readonly keepOutM: readonly Polygon[];
  /** The footprint stays inside; absent: no bounds. */
  readonly workspace?: { readonly xM: Range; readonly yM: Range } | undefined;
  /** The links of an arm, and what they must not touch. Absent: nothing is known of its links, and only its joints are guarded. */
  readonly links?: LinkGeometry | undefined;
  /** Absent: no scanner, and no guarding against what only a scanner could see. */
  readonly scanner?: Scanner | undefined;
  /** Full names of nodes that may publish what the guard publishes or takes, besides it and its one proposer. */
  readonly otherPublishers?: readonly string[] | undefined;
  /** Modules with guardrails of its own, absolute paths. */
  readonly guardrails?: readonly string[] | undefined;
  readonly camera?: CameraMount | undefined;
}

/** What the body covers of the floor, in the base frame. */
export interface Footprint {
  /** Of the disc around the origin that holds all of it; an arm has none: 0. */
  readonly radiusM: number;
  /** Convex, counter-clockwise: together they are the footprint; absent: it is that disc. */
  readonly polygonsM?: readonly Polygon[];
}

export interface Scanner {
  /** What its messages name as their frame; a prefix of tf before it doesn't matter. */
  readonly frame: string;
  readonly baseFromScan: Pose2;
  /** Nothing in reach all around is usual where it drives, as on a field. Else a scan that shows nothing counts as that of a dead scanner. */
  readonly openSpace?: boolean;
}

export interface JointDescription {
  readonly name: string;
  readonly positionRad: Range;
  readonly velocityRps: number;
  readonly accelerationRps2: number;
  /** What the joint can really do under its load: stopping distances, and the gate's own stops, are computed with it. */
  readonly decelerationRps2: number;
  readonly jerkRps3: number;
}

export type Vector3 = readonly [xM: number, yM: number, zM: number];
/** Row by row. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number];

/** An arm in space, by its URDF: frames that its joints move, and capsules that hold its links. All in metres; the base link's frame is the root. */
export interface LinkGeometry {
  /** Where it was read from. */
  readonly source: { readonly path: string; readonly sha256: string };
  /** Each after the one that it hangs on. */
  readonly frames: readonly LinkFrame[];
  readonly capsules: readonly LinkCapsule[];
  /** Indices of capsules that must not touch each other. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Boxes along the axes of the base link's frame that no link may enter. */
  readonly keepOutBoxesM: readonly { readonly min: Vector3; readonly max: Vector3 }[];
  readonly clearanceM: number;
}

export interface LinkFrame {
  /** Index of the frame that it hangs on; -1: the base link. */
  readonly parent: number;
  readonly translationM: Vector3;
  readonly rotation: Rotation;
  /** The joint that turns it about `axis`, by its index in `joints`; absent: it is fixed. */
  readonly joint?: { readonly index: number; readonly axis: Vector3 };
}

/** A segment with a radius, which holds the collision geometry of a link, or of one part of it. */
export interface LinkCapsule {
  readonly link: string;
  /** Index of its frame; -1: the base link, which does not move. */
  readonly frame: number;
  readonly fromM: Vector3;
  readonly toM: Vector3;
  readonly radiusM: number;
}

export type Range = readonly [min: number, max: number];
export type Polygon = readonly (readonly [xM: number, yM: number])[];

export interface MotionLimits {
  readonly forwardMps: number;
  readonly reverseMps: number;
  /** 0 for a differential drive. */
  readonly sidewaysMps: number;
  readonly yawRateRps: number;
  readonly accelerationMps2: number;
  readonly yawAccelerationRps2: number;
  /** For speeding up; slowing down is never resisted. */
  readonly jerkMps3: number;
  readonly yawJerkRps3: number;
  /** Speed times yaw rate: beyond it the robot slides or tips, or its load does. */
  readonly lateralAccelerationMps2: number;
  /** What the base can really do on its floor: braking distances are computed with it. */
  readonly decelerationMps2: number;
  /** How fast the gate's own stops take the command to zero; where the base can't follow, its own limit is what acts. */
  readonly emergencyDecelerationMps2: number;
  readonly emergencyYawDecelerationRps2: number;
}

export interface BodyResponse {
  readonly timeConstantS: number;
  /** From publishing a command to the motors acting on it. */
  readonly commandDelayS: number;
  /** Longest time from one judgement to the next. */
  readonly reactionS: number;
}

export interface BaseDescription {
  /** How long it goes on with its last command when no more come; then it brakes. undefined: it is not known to stop by itself at all. */
  readonly commandTimeoutS: number | undefined;
  /** Whether every command has to be one that it may hold for so long without touching anything: so that the guard may die at any moment. */
  readonly holdSafe: boolean;
}

export interface StalenessLimits {
  readonly commandS: number;
  readonly odometryS: number;
  readonly scanS: number;
  /** How far a stamp may lie in the future. */
  readonly futureS: number;
}

/** Below `slow` full speed is allowed, from `stop` on none, in between it falls evenly. In multiples of the model's usual error. */
export interface UncertaintyLimits {
  readonly surpriseSlow: number;
  readonly surpriseStop: number;
  readonly uncertaintySlow: number;
  readonly uncertaintyStop: number;
}

export interface CameraMount {
  readonly frame: string;
  /** Camera-info YAML beside the robot file. */
  readonly intrinsics: string;
  /** Frame that the camera is fixed to. */
  readonly mountedOn: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly rollRad: number;
  readonly pitchRad: number;
  readonly yawRad: number;
}
