/** Planar pose; REP-103: x forward, y left, yaw counter-clockwise. A variable's name gives both frames: `odomFromBase`. */
export interface Pose2 {
  readonly xM: number;
  readonly yM: number;
  readonly yawRad: number;
}

/** Planar velocity in the body's own frame. */
export interface Twist2 {
  readonly vxMps: number;
  readonly vyMps: number;
  readonly yawRateRps: number;
}

/** Joints of an arm, in the order of the robot file, measured at `stampNs` (ROS time, nanoseconds). */
export interface JointState {
  readonly stampNs: bigint;
  readonly positionsRad: readonly number[];
  readonly velocitiesRps: readonly number[];
}

/** Where the body is and how it moves, measured at `stampNs` (ROS time, nanoseconds). */
export interface Odometry {
  readonly stampNs: bigint;
  readonly odomFromBase: Pose2;
  readonly twistInBase: Twist2;
}

/** What is measured of a robot's own body: a base's odometry, or an arm's joints. */
export type BodyMeasurement = Odometry | JointState;
