import type { ImageGoalRequest, PoseGoalRequest } from "../core/goal.js";
import { frameFromImage, type ImageMessage } from "./image.js";
import { type PoseStampedMessage, quaternionFromYaw } from "./pose.js";
import { header, stampToNs } from "./stamp.js";

/** The goal as requested; nothing is checked here. */
export function requestFromPose(message: PoseStampedMessage): PoseGoalRequest {
  const { position, orientation } = message.pose;
  return {
    kind: "pose",
    stampNs: stampToNs(message.header.stamp),
    frameId: message.header.frame_id,
    position: { x: position.x, y: position.y, z: position.z },
    orientation: { x: orientation.x, y: orientation.y, z: orientation.z, w: orientation.w },
  };
}

/** @throws RehearseError RH-IMAGE-ENCODING, RH-IMAGE-SIZE */
export function requestFromImage(message: ImageMessage): ImageGoalRequest {
  const frame = frameFromImage(message);
  return { kind: "image", stampNs: frame.stampNs, frame };
}

/** @param yawRad absent: any heading will do, said by an all-zero orientation (what `ros2 topic pub` sends for a position alone is x = y = z = 0, w = 1, heading 0) */
export function poseGoal(xM: number, yM: number, yawRad: number | undefined, frameId: string, stampNs: bigint): PoseStampedMessage {
  return {
    header: header(stampNs, frameId),
    pose: {
      position: { x: xM, y: yM, z: 0 },
      orientation: yawRad === undefined ? { x: 0, y: 0, z: 0, w: 0 } : quaternionFromYaw(yawRad),
    },
  };
}
