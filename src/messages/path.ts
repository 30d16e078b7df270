import type { Pose2 } from "../core/body.js";
import { type PoseStampedMessage, quaternionFromYaw } from "./pose.js";
import { type HeaderMessage, header } from "./stamp.js";

export interface PathMessage {
  readonly header: HeaderMessage;
  readonly poses: readonly PoseStampedMessage[];
}

/** `nav_msgs/Path` of poses `stepNs` apart in time, the first at `startNs`. */
export function pathFromPoses(poses: readonly Pose2[], startNs: bigint, stepNs: bigint, frameId: string): PathMessage {
  return {
    header: header(startNs, frameId),
    poses: poses.map((pose, i) => ({
      header: header(startNs + BigInt(i) * stepNs, frameId),
      pose: { position: { x: pose.xM, y: pose.yM, z: 0 }, orientation: quaternionFromYaw(pose.yawRad) },
    })),
  };
}
