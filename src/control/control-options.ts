import type { ActionAxis } from "../core/action.js";
import type { Pose2 } from "../core/body.js";
import type { CommandNumbers } from "../core/command.js";
import type { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import type { ArrivalTolerance } from "./arrival.js";
import type { GoalRules } from "./goal-admission.js";

/** What a controller has to know of the robot, the model and the parameters. */
export interface ControlOptions {
  readonly periodNs: bigint;
  /** Model step, and the control-rate actions within it. */
  readonly stepNs: bigint;
  readonly blockSize: number;
  readonly axes: readonly ActionAxis[];
  /** What the robot's commands are made of. */
  readonly command: CommandNumbers;
  /** Least time between the requests of two plans. */
  readonly planningPeriodNs: bigint;
  /** Time from the frame on that belongs to the running plan; it covers what planning takes. */
  readonly commitmentNs: bigint;
  /** From sending a command to the body acting on it. */
  readonly commandDelayNs: bigint;
  readonly planExpiryNs: bigint;
  readonly frameMaxAgeNs: bigint;
  /** Why the model can't take a frame (RH-FRAME-SIZE); undefined: it can. */
  readonly frameMisfit: (frame: CameraFrame) => RehearseError | undefined;
  /** Greatest age of odometry, or of joint states. */
  readonly bodyMaxAgeNs: bigint;
  readonly baseFromScan: Pose2;
  /** The frame that scans must be in; absent: any. */
  readonly scanFrame?: string;
  /** How far the footprint reaches along a beam of the scanner; absent: it is a point. */
  readonly footprintEdgeM?: (beamRad: number) => number;
  readonly arrival: ArrivalTolerance;
  /** Cost to go that counts as reached, of goals that are no place. */
  readonly goalTolerance: number;
  /** Without this much progress in `patienceNs`, the robot counts as blocked: it holds still, and tries again after half of it. */
  readonly progressM: number;
  readonly patienceNs: bigint;
  readonly goals: Pick<GoalRules, "arena" | "imageSize" | "maxAgeNs" | "withHeading">;
}

/** Number of control-rate actions from a frame on that its plan can't change: the planning time, and what was sent before it and acts after it. */
export function committedTicks({ commitmentNs, commandDelayNs, stepNs, blockSize }: ControlOptions): number {
  const tickNs = Number(stepNs) / blockSize;
  return Math.ceil(Number(commitmentNs) / tickNs - 1e-6) + Math.round(Number(commandDelayNs) / tickNs);
}
