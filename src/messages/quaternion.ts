import type { QuaternionMessage } from "./types.js";

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
