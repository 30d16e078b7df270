import { RehearseError } from "../core/error.js";
import type { Goal, GoalRequest, ImageGoalRequest, PoseGoalRequest } from "../core/goal.js";
import { excerpt } from "../core/visible-text.js";
import { wrapAngle } from "../math/angle.js";

/** What goals are judged against. All of it is known before a goal comes. */
export interface GoalRules {
  /** Names under which positions in the odometry frame may come. */
  readonly frames: readonly string[];
  /** Extent of the positions that the model was trained on, metres in the odometry frame; beyond it the model's output is meaningless; undefined: it knows no places. */
  readonly arena: { readonly xM: readonly [number, number]; readonly yM: readonly [number, number] } | undefined;
  /** The only picture size that the encoder takes. */
  readonly imageSize: { readonly width: number; readonly height: number };
  /** Present ROS time. */
  readonly nowNs: bigint;
  /** An older request is refused: latched goals outlive their publisher. */
  readonly maxAgeNs: bigint;
  /** Whether the heading of a goal is to be reached too. */
  readonly withHeading: boolean;
}

/** Gives the goals that are admitted their numbers, and keeps the newest. */
export class GoalAdmission {
  newest: Goal | undefined;
  private nextId = 1;

  admit(request: GoalRequest, rules: GoalRules): Goal | RehearseError {
    const answer = admitGoal(request, this.nextId, rules);
    if (!(answer instanceof RehearseError)) this.nextId++;
    return answer;
  }
}

/** Greatest difference between the clocks of two machines that are synchronised. */
const MAX_FUTURE_NS = 500_000_000n;
/** Messages carry quaternions in double precision, but people type them with three digits. */
const UNIT_TOLERANCE = 0.01;
const MAX_TILT_RAD = 0.1;

/**
 * The goal that a request asks for, or the reason why it can't be one. Pure; never throws.
 * @param id the number that the goal gets when it is accepted
 * @returns a refusal has the code RH-GOAL-FRAME, -NAN, -ORIENTATION, -TILT, -STALE, -FUTURE, -KIND, -ARENA, or -IMAGE
 */
export function admitGoal(request: GoalRequest, id: number, rules: GoalRules): Goal | RehearseError {
  const answer = stampRefusal(request, rules) ?? (request.kind === "pose" ? admitPose(request, id, rules) : admitImage(request, id, rules));
  return rules.withHeading || answer instanceof RehearseError ? answer : withoutHeading(answer);
}

function stampRefusal(request: GoalRequest, { nowNs, maxAgeNs }: GoalRules): RehearseError | undefined {
  if (request.stampNs === 0n) return undefined; // "now", as `ros2 topic pub` sends it
  const ageNs = nowNs - request.stampNs;
  if (ageNs > maxAgeNs) {
    return new RehearseError(
      "RH-GOAL-STALE",
      `the goal is ${seconds(ageNs)} s old, and at most ${seconds(maxAgeNs)} s are allowed`,
      "send it again with the present time as its stamp; if it was new, compare the clocks of the two machines, and use_sim_time",
      { details: { ageS: secondsOf(ageNs), maxS: secondsOf(maxAgeNs) } },
    );
  }
  if (ageNs < -MAX_FUTURE_NS) {
    return new RehearseError(
      "RH-GOAL-FUTURE",
      `the goal's stamp is ${seconds(-ageNs)} s in the future`,
      "compare the clocks of the two machines, and use_sim_time on both sides",
      { details: { aheadS: secondsOf(-ageNs), maxS: secondsOf(MAX_FUTURE_NS) } },
    );
  }
  return undefined;
}

function admitPose(request: PoseGoalRequest, id: number, { frames, arena }: GoalRules): Goal | RehearseError {
  if (arena === undefined)
    return new RehearseError("RH-GOAL-KIND", "the goal is a pose, and this robot does not drive about", "send a goal picture", {
      details: { found: "pose", expected: "image" },
    });
  if (!frames.includes(request.frameId)) {
    return new RehearseError(
      "RH-GOAL-FRAME",
      `the goal is in frame "${excerpt(request.frameId)}"; known are ${frames.map((frame) => `"${frame}"`).join(", ")}`,
      "give the goal in the odometry frame (in RViz: Fixed Frame), or transform it there first",
      { details: { frame: excerpt(request.frameId), known: frames } },
    );
  }
  const { position, orientation } = request;
  const fields = notFinite({ position, orientation });
  if (fields.length > 0) {
    return new RehearseError(
      "RH-GOAL-NAN",
      `the goal has a number in it that isn't finite: ${fields.join(", ")}`,
      "whoever made the goal divided by zero or left a field unset",
      { details: { fields } },
    );
  }
  const norm = Math.hypot(orientation.x, orientation.y, orientation.z, orientation.w);
  const anyHeading = norm === 0;
  if (!anyHeading && Math.abs(norm - 1) > UNIT_TOLERANCE) {
    return new RehearseError(
      "RH-GOAL-ORIENTATION",
      `the goal's quaternion has length ${norm.toPrecision(4)} instead of 1`,
      "normalise it; all zeros mean that any heading will do",
      { details: { length: norm } },
    );
  }
  // The body's z axis, seen from the odometry frame, must point up: cos(tilt) = 1 - 2(x² + y²) for a unit quaternion.
  const cosTilt = anyHeading ? 1 : 1 - (2 * (orientation.x ** 2 + orientation.y ** 2)) / norm ** 2;
  if (cosTilt < Math.cos(MAX_TILT_RAD)) {
    return new RehearseError(
      "RH-GOAL-TILT",
      `the goal asks for a body that is tilted by more than ${MAX_TILT_RAD} rad`,
      "give a rotation about z alone",
      { details: { tiltRad: Math.acos(cosTilt), maxRad: MAX_TILT_RAD } },
    );
  }
  const { x, y } = position;
  if (x < arena.xM[0] || x > arena.xM[1] || y < arena.yM[0] || y > arena.yM[1]) {
    return new RehearseError(
      "RH-GOAL-ARENA",
      `the goal (${x.toFixed(2)}, ${y.toFixed(2)}) m is outside of where the model was trained: x ${interval(arena.xM)}, y ${interval(arena.yM)} m`,
      "choose a goal inside, or train the model on data from there",
      { details: { xM: x, yM: y, arena } },
    );
  }
  if (anyHeading) return { kind: "pose", id, xM: x, yM: y };
  const { x: qx, y: qy, z: qz, w: qw } = orientation;
  const yawRad = wrapAngle(Math.atan2(2 * (qw * qz + qx * qy), qw * qw + qx * qx - qy * qy - qz * qz));
  return { kind: "pose", id, xM: x, yM: y, yawRad };
}

function admitImage(request: ImageGoalRequest, id: number, { imageSize }: GoalRules): Goal | RehearseError {
  const { width, height } = request.frame;
  if (width !== imageSize.width || height !== imageSize.height) {
    return new RehearseError(
      "RH-GOAL-IMAGE",
      `the goal picture is ${width}×${height}, and the model sees ${imageSize.width}×${imageSize.height}`,
      "send a picture that this robot's own camera took, unscaled",
      { details: { found: { widthPx: width, heightPx: height }, expected: { widthPx: imageSize.width, heightPx: imageSize.height } } },
    );
  }
  return { kind: "image", id, frame: request.frame, withHeading: true };
}

function withoutHeading(goal: Goal): Goal {
  if (goal.kind === "image") return { ...goal, withHeading: false };
  const { yawRad: _, ...place } = goal;
  return place;
}

function seconds(ns: bigint): string {
  return secondsOf(ns).toFixed(1);
}

function secondsOf(ns: bigint): number {
  return Number(ns) / 1e9;
}

/** The names of the numbers that are not finite: `position.x`. */
function notFinite({ position, orientation }: Pick<PoseGoalRequest, "position" | "orientation">): string[] {
  return Object.entries({ position, orientation }).flatMap(([part, numbers]) =>
    Object.entries(numbers).flatMap(([axis, value]) => (Number.isFinite(value) ? [] : [`${part}.${axis}`])),
  );
}

function interval([min, max]: readonly [number, number]): string {
  return `[${min}, ${max}]`;
}
