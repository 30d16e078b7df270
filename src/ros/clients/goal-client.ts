import { RehearseError } from "../../core/error.js";
import type { CameraFrame } from "../../core/sensors.js";
import { poseGoal } from "../../messages/goal.js";
import type { ImageMessage } from "../../messages/image.js";
import { imageFromFrame } from "../../messages/image.js";
import type { PoseStampedMessage } from "../../messages/pose.js";
import { LATCHED_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import { type ControllerStatus, parseStatus } from "../nodes/status.js";
import { rosClock } from "../rcl/clock.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication } from "../rcl/endpoints.js";

export interface GoalPose {
  readonly xM: number;
  readonly yM: number;
  /** Absent: any heading will do. */
  readonly yawRad?: number;
  /** Default: `odom`. */
  readonly frameId?: string;
}

/** How the pursuit of a goal ended. `durationMs` counts from sending it. */
export type GoalOutcome =
  | { readonly kind: "reached"; readonly durationMs: number; readonly status: ControllerStatus }
  | { readonly kind: "refused"; readonly durationMs: number; readonly error: RehearseError }
  /** Cancelled, forgotten at an emergency stop, or another goal took its place. */
  | { readonly kind: "dropped"; readonly durationMs: number; readonly status: ControllerStatus }
  | { readonly kind: "timeout"; readonly durationMs: number; readonly status: ControllerStatus | undefined };

export interface PursuitOptions {
  /** Steady time; default 60 s. */
  readonly timeoutMs?: number;
  /** Called with every status meanwhile. */
  readonly onStatus?: (status: ControllerStatus) => void;
}

/**
 * Sends goals and follows what becomes of them by the controller's `status`. A goal is latched, so that a controller which is discovered only
 * after it was sent still gets it, and stamped with the present time, which identifies its status among those of other goals.
 */
export class GoalClient {
  private readonly endpoints: Endpoints;
  private readonly nowNs: () => bigint;
  private readonly poses: Publication<PoseStampedMessage>;
  private readonly images: Publication<ImageMessage>;
  private readonly listeners = new Set<(status: ControllerStatus) => void>();
  private lastStampNs = 0n;

  constructor(ros: Ros, options: { readonly name?: string; readonly namespace?: string } = {}) {
    const node = ros.createNode(options.name ?? "goal_client", options.namespace, { answersParameterRequests: false });
    this.endpoints = new Endpoints(ros, node);
    this.nowNs = rosClock(ros, node).nowNs;
    this.poses = this.endpoints.publish("geometry_msgs/msg/PoseStamped", TOPICS.goalPose, LATCHED_QOS);
    this.images = this.endpoints.publish("sensor_msgs/msg/Image", TOPICS.goalImage, LATCHED_QOS);
    this.endpoints.subscribeLatched("std_msgs/msg/String", TOPICS.status, ({ data }) => {
      const status = parseStatus(data);
      for (const listener of this.listeners) listener(status);
    });
    node.spin();
  }

  pursuePose({ xM, yM, yawRad, frameId = "odom" }: GoalPose, options?: PursuitOptions): Promise<GoalOutcome> {
    return this.pursue((stampNs) => this.poses.send(poseGoal(xM, yM, yawRad, frameId, stampNs)), options);
  }

  pursueImage(frame: CameraFrame, options?: PursuitOptions): Promise<GoalOutcome> {
    return this.pursue((stampNs) => this.images.send(imageFromFrame({ ...frame, stampNs }, "camera_optical")), options);
  }

  private pursue(send: (stampNs: bigint) => void, { timeoutMs = 60_000, onStatus }: PursuitOptions = {}): Promise<GoalOutcome> {
    // Two goals never share a stamp: it identifies them.
    const nowNs = this.nowNs();
    this.lastStampNs = nowNs > this.lastStampNs ? nowNs : this.lastStampNs + 1n;
    const request = String(this.lastStampNs);
    const startedNs = process.hrtime.bigint();
    let last: ControllerStatus | undefined;
    let pursued = false;
    return new Promise((resolve) => {
      const finish = (outcome: Outcome): void => {
        this.listeners.delete(listener);
        clearTimeout(timer);
        resolve({ ...outcome, durationMs: Number(process.hrtime.bigint() - startedNs) / 1e6 });
      };
      const listener = (status: ControllerStatus): void => {
        last = status;
        // Until the goal is taken up, the status is that of the goal before.
        if (status.goal?.requestNs === request) onStatus?.(status);
        const outcome = judge(status, request, pursued);
        pursued ||= status.goal?.requestNs === request;
        if (outcome) finish(outcome);
      };
      const timer = setTimeout(() => finish({ kind: "timeout", status: last }), timeoutMs);
      this.listeners.add(listener);
      send(this.lastStampNs);
    });
  }
}

type Outcome = GoalOutcome extends infer One ? (One extends unknown ? Omit<One, "durationMs"> : never) : never;

/** What a status says of one request; undefined: nothing final. @param pursued whether an earlier status had it as the goal */
function judge(status: ControllerStatus, request: string, pursued: boolean): Outcome | undefined {
  const { goal, refusal, mode } = status;
  if (refusal?.requestNs === request) {
    return { kind: "refused", error: RehearseError.received(refusal) };
  }
  if (goal?.requestNs === request) {
    return mode === "reached" ? { kind: "reached", status } : undefined;
  }
  return pursued ? { kind: "dropped", status } : undefined;
}
