import type { Odometry } from "../core/body.js";
import { RehearseError } from "../core/error.js";
import { type PoseMessage, quaternionFromYaw, yawFromQuaternion } from "./pose.js";
import { type HeaderMessage, header, stampToNs } from "./stamp.js";
import type { TwistMessage } from "./twist.js";

export interface OdometryMessage {
  readonly header: HeaderMessage;
  readonly child_frame_id: string;
  readonly pose: { readonly pose: PoseMessage; readonly covariance?: Float64Array };
  readonly twist: { readonly twist: TwistMessage; readonly covariance?: Float64Array };
}

/** @throws RehearseError RH-ODOM-NAN when a number that is used isn't finite, or the orientation has no direction */
export function odometryFromMessage(message: OdometryMessage): Odometry {
  const { position, orientation } = message.pose.pose;
  const { linear, angular } = message.twist.twist;
  const used = {
    "pose.position.x": position.x,
    "pose.position.y": position.y,
    "pose.orientation (yaw)": yawFromQuaternion(orientation),
    "twist.linear.x": linear.x,
    "twist.linear.y": linear.y,
    "twist.angular.z": angular.z,
  };
  for (const [field, value] of Object.entries(used)) {
    if (!Number.isFinite(value)) {
      throw new RehearseError(
        "RH-ODOM-NAN",
        `odometry's ${field} is ${value}`,
        "the odometry source is broken or not initialised; the robot is kept still meanwhile",
        { details: { fields: [field] } },
      );
    }
  }
  return {
    stampNs: stampToNs(message.header.stamp),
    odomFromBase: { xM: position.x, yM: position.y, yawRad: used["pose.orientation (yaw)"] },
    twistInBase: { vxMps: linear.x, vyMps: linear.y, yawRateRps: angular.z },
  };
}

export function messageFromOdometry(odometry: Odometry, frameId: string, childFrameId: string): OdometryMessage {
  const { xM, yM, yawRad } = odometry.odomFromBase;
  const { vxMps, vyMps, yawRateRps } = odometry.twistInBase;
  return {
    header: header(odometry.stampNs, frameId),
    child_frame_id: childFrameId,
    pose: { pose: { position: { x: xM, y: yM, z: 0 }, orientation: quaternionFromYaw(yawRad) } },
    twist: { twist: { linear: { x: vxMps, y: vyMps, z: 0 }, angular: { x: 0, y: 0, z: yawRateRps } } },
  };
}
