/** The parts of ROS 2 messages (Jazzy) that recordings hold, field names as in the .msg files. */
export interface RosTime {
  readonly sec: number;
  readonly nanosec: number;
}

export interface RosHeader {
  readonly stamp: RosTime;
  readonly frame_id: string;
}

export interface RosVector3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface RosQuaternion extends RosVector3 {
  readonly w: number;
}

export interface RosTwist {
  readonly linear: RosVector3;
  readonly angular: RosVector3;
}

export interface RosTwistStamped {
  readonly header: RosHeader;
  readonly twist: RosTwist;
}

export interface RosImage {
  readonly header: RosHeader;
  readonly height: number;
  readonly width: number;
  readonly encoding: string;
  readonly is_bigendian: number;
  /** Bytes from one row to the next; may be more than width × channels. */
  readonly step: number;
  readonly data: Uint8Array;
}

export interface RosCameraInfo {
  readonly header: RosHeader;
  readonly height: number;
  readonly width: number;
  readonly distortion_model: string;
  readonly d: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  readonly r: ArrayLike<number>;
  readonly p: ArrayLike<number>;
}

export interface RosOdometry {
  readonly header: RosHeader;
  readonly child_frame_id: string;
  readonly pose: { readonly pose: { readonly position: RosVector3; readonly orientation: RosQuaternion } };
  readonly twist: { readonly twist: RosTwist };
}

export interface RosLaserScan {
  readonly header: RosHeader;
  readonly angle_min: number;
  readonly angle_max: number;
  readonly angle_increment: number;
  readonly time_increment: number;
  readonly scan_time: number;
  readonly range_min: number;
  readonly range_max: number;
  readonly ranges: Float32Array;
  readonly intensities: Float32Array;
}

export interface RosClock {
  readonly clock: RosTime;
}

export interface RosJointState {
  readonly header: RosHeader;
  readonly name: readonly string[];
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly effort: Float64Array;
}

export interface RosFloat64MultiArray {
  readonly layout: {
    readonly dim: readonly { readonly label: string; readonly size: number; readonly stride: number }[];
    readonly data_offset: number;
  };
  readonly data: Float64Array;
}
