import type { HeaderMessage } from "./stamp.js";

export interface Vector3Message {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface QuaternionMessage extends Vector3Message {
  readonly w: number;
}

export interface PoseMessage {
  readonly position: Vector3Message;
  readonly orientation: QuaternionMessage;
}

export interface PoseStampedMessage {
  readonly header: HeaderMessage;
  readonly pose: PoseMessage;
}

export interface PoseWithCovarianceStampedMessage {
  readonly header: HeaderMessage;
  readonly pose: { readonly pose: PoseMessage; readonly covariance?: Float64Array };
}

export interface TransformStampedMessage {
  readonly header: HeaderMessage;
  readonly child_frame_id: string;
  readonly transform: { readonly translation: Vector3Message; readonly rotation: QuaternionMessage };
}

/** Rotation about z. */
export function quaternionFromYaw(yawRad: number): QuaternionMessage {
  return { x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) };
}

/**
 * Heading of the body's x axis in the plane, (-π, π]. The quaternion need not be of unit length; NaN when it has no direction
 * (all zeros, or a part that isn't finite).
 */
export function yawFromQuaternion(q: QuaternionMessage): number {
  const norm2 = q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w;
  if (!(norm2 > 0) || !Number.isFinite(norm2)) return Number.NaN;
  return Math.atan2(2 * (q.w * q.z + q.x * q.y), q.w * q.w + q.x * q.x - q.y * q.y - q.z * q.z);
}
