import { RehearseError } from "../core/error.js";
import type { RobotDescription } from "../core/robot-description.js";

interface Ceiling {
  /** As in the robot file. */
  readonly key: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly of: (robot: RobotDescription) => number | undefined;
}

/**
 * What no robot file can go beyond. The numbers are for small indoor bases that can hit a person without harm: walking pace, and enough
 * deceleration to stop from it within arm's length. A robot that needs more needs a change of this file, and its review.
 */
export const CEILINGS: readonly Ceiling[] = [
  { key: "control_period_s", unit: "s", min: 0.005, max: 0.2, of: (r) => r.controlPeriodS },
  { key: "footprint.radius_m", unit: "m", min: 0.02, max: 1, of: (r) => r.footprint.radiusM },
  { key: "limits.forward_mps", unit: "m/s", min: 0.01, max: 1.5, of: (r) => r.limits.forwardMps },
  { key: "limits.reverse_mps", unit: "m/s", min: 0.01, max: 1, of: (r) => r.limits.reverseMps },
  { key: "limits.yaw_rate_rps", unit: "rad/s", min: 0.01, max: 4, of: (r) => r.limits.yawRateRps },
  { key: "limits.acceleration_mps2", unit: "m/s²", min: 0.01, max: 3, of: (r) => r.limits.accelerationMps2 },
  { key: "limits.yaw_acceleration_rps2", unit: "rad/s²", min: 0.01, max: 15, of: (r) => r.limits.yawAccelerationRps2 },
  // A floor on what braking is counted on would not protect; a ceiling does: nothing on wheels brakes harder.
  { key: "limits.deceleration_mps2", unit: "m/s²", min: 0.1, max: 4, of: (r) => r.limits.decelerationMps2 },
  { key: "limits.emergency_deceleration_mps2", unit: "m/s²", min: 2, max: 10, of: (r) => r.limits.emergencyDecelerationMps2 },
  { key: "limits.emergency_yaw_deceleration_rps2", unit: "rad/s²", min: 4, max: 40, of: (r) => r.limits.emergencyYawDecelerationRps2 },
  { key: "response.time_constant_s", unit: "s", min: 0, max: 1, of: (r) => r.response.timeConstantS },
  { key: "response.command_delay_s", unit: "s", min: 0, max: 0.5, of: (r) => r.response.commandDelayS },
  { key: "response.reaction_s", unit: "s", min: 0.02, max: 0.5, of: (r) => r.response.reactionS },
  { key: "clearance_m", unit: "m", min: 0.02, max: 1, of: (r) => r.clearanceM },
  { key: "staleness.command_s", unit: "s", min: 0.02, max: 0.3, of: (r) => r.staleness.commandS },
  { key: "staleness.odometry_s", unit: "s", min: 0.02, max: 0.3, of: (r) => r.staleness.odometryS },
  { key: "staleness.scan_s", unit: "s", min: 0.02, max: 0.5, of: (r) => r.staleness.scanS },
  { key: "staleness.future_s", unit: "s", min: 0, max: 0.1, of: (r) => r.staleness.futureS },
];

/** Throws RH-ROBOT-CEILING. A NaN is beyond every ceiling. */
export function enforceCeilings(robot: RobotDescription): void {
  for (const { key, unit, min, max, of } of CEILINGS) {
    const value = of(robot);
    if (value !== undefined && value >= min && value <= max) continue;
    throw new RehearseError(
      "RH-ROBOT-CEILING",
      `${key} is ${value} ${unit} in ${robot.source.path}; allowed: ${min} to ${max} ${unit}`,
      "stay within what guardrails/ceilings.ts allows: robot files can only tighten",
    );
  }
}
