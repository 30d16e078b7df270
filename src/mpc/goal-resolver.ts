import type { BodyMeasurement } from "../core/body.js";
import { RehearseError } from "../core/error.js";
import type { Goal, ImageGoal, PoseGoal } from "../core/goal.js";
import type { GoalKind } from "../core/model.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { Tensor } from "../core/tensor.js";
import type { GoalVector, Readouts } from "../core/world-model.js";
import { measurementOf, poseOf } from "../embodiment/measurement-of.js";
import { tensor, values } from "../math/tensor.js";
import { poseColumns } from "../objective/readout-columns.js";

interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** A place, metres in the odometry frame, with the heading to end with, if there is one, radians. */
type Place = Point & { readonly yawRad?: number };

/** A goal as the model's cost to go takes it. */
export interface ResolvedGoal {
  readonly vector: GoalVector;
  /** Absent: the goal is a latent, and no place. */
  readonly place?: {
    /** As the readouts see places. */
    readonly seen: Place;
    /** By how much the readouts' position of the body differs from odometry's. */
    readonly bias: Point;
  };
}

/** Beyond this difference readouts and odometry refer to different places: it is then no small bias to compensate. */
const MAX_BIAS_M = 0.25;

/** Finds out where a goal is for a model. Keeps what the last goal picture was encoded to, so that each is encoded once. */
export class GoalResolver {
  private pictured: { readonly goalId: number; readonly latent: Tensor } | undefined;

  constructor(
    private readonly model: Pick<PlanningModel, "encoder" | "readouts" | "poseFromImage">,
    private readonly kind: GoalKind,
  ) {}

  /** @param latent of the present frame. Rejects with RH-GOAL-KIND when the model only knows goals by their picture, and this is a pose. */
  async resolve(goal: Goal, latent: Tensor, body: BodyMeasurement): Promise<ResolvedGoal> {
    if (this.kind === "latent") return { vector: values(await this.encoded(requirePicture(goal), body)) };
    const bias = await this.biasOf(latent, body);
    const seen = goal.kind === "pose" ? moved(placeOf(goal), bias) : await this.placeOfPicture(goal, body, bias);
    return { vector: [seen.xM, seen.yM], place: { seen, bias } };
  }

  /**
   * By how much the readouts' position of the body differs from odometry's, here and now. Readouts are a few centimetres off by a bias that changes
   * slowly with the place; predicted positions share it. So the goal is moved by the same amount, and the body ends at the requested place.
   */
  private async biasOf(latent: Tensor, body: BodyMeasurement): Promise<Point> {
    const pose = poseOf(body);
    if (pose === undefined) return { xM: 0, yM: 0 };
    const seen = await poseRead(this.model.readouts, latent);
    const bias = { xM: seen.xM - pose.xM, yM: seen.yM - pose.yM };
    return Math.hypot(bias.xM, bias.yM) <= MAX_BIAS_M ? bias : { xM: 0, yM: 0 };
  }

  /**
   * Where a goal picture was taken: by the readouts themselves, or, where those lean on odometry, which a picture does not bring along, by the
   * pose-from-image head, which knows places in the odometry frame.
   */
  private async placeOfPicture(goal: ImageGoal, body: BodyMeasurement, bias: Point): Promise<Place> {
    const { poseFromImage, readouts } = this.model;
    const { yawRad, ...point } = await poseRead(poseFromImage ?? readouts, await this.encoded(goal, body));
    return { ...(poseFromImage ? moved(point, bias) : point), ...(goal.withHeading && yawRad !== undefined && { yawRad }) };
  }

  /** @param body of the robot: a picture is encoded with one of the same kind */
  private async encoded(goal: ImageGoal, body: BodyMeasurement): Promise<Tensor> {
    if (this.pictured?.goalId !== goal.id)
      this.pictured = {
        goalId: goal.id,
        latent: await this.model.encoder.encode(goal.frame, measurementOf(body).zero(body, goal.frame.stampNs)),
      };
    return this.pictured.latent;
  }
}

function requirePicture(goal: Goal): ImageGoal {
  if (goal.kind === "image") return goal;
  throw new RehearseError("RH-GOAL-KIND", "the goal is a pose, and this model only knows goals by their picture", "send a goal picture", {
    details: { found: "pose", expected: "image" },
  });
}

/** The body's pose in a latent; the heading is absent where it is not read out. */
async function poseRead(readouts: Readouts, latent: Tensor): Promise<Place> {
  const read = values(await readouts.read(tensor(values(latent), [1, latent.shape[0]!])));
  const { x, y, yaw } = poseColumns(readouts.names);
  return { xM: read[x]!, yM: read[y]!, ...(yaw && { yawRad: Math.atan2(read[yaw.sin]!, read[yaw.cos]!) }) };
}

function moved<Moved extends Point>(place: Moved, by: Point): Moved {
  return { ...place, xM: place.xM + by.xM, yM: place.yM + by.yM };
}

function placeOf({ xM, yM, yawRad }: PoseGoal): Place {
  return { xM, yM, ...(yawRad !== undefined && { yawRad }) };
}
