import type { BodyMeasurement, Pose2 } from "../core/body.js";
import type { Measurement } from "../core/embodiment.js";
import { JOINT_STATES } from "./joint-states.js";
import { ODOMETRY } from "./odometry.js";

/** The kind of a measurement, for callers that have the measurement but no robot file. */
export function measurementOf(body: BodyMeasurement): Measurement {
  return ODOMETRY.is(body) ? ODOMETRY : JOINT_STATES;
}

/** Where the body is on the floor; undefined: it is fixed to its place. */
export function poseOf(body: BodyMeasurement): Pose2 | undefined {
  return measurementOf(body).pose(body);
}
