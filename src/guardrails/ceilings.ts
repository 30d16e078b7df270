import type { Axis } from "../core/embodiment.js";
import { RehearseError } from "../core/error.js";
import type { JointDescription, LinkGeometry, RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";

interface Ceiling<Of> {
  /** As in the robot file. */
  readonly key: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly of: (part: Of) => number;
}

/**
 * What no robot file can go beyond. The numbers are for small indoor robots that can hit a person without harm: walking pace, and enough
 * deceleration to stop from it within arm's length. A robot that needs more needs a change of this file, and its review.
 */
export const CEILINGS: readonly Ceiling<RobotDescription>[] = [
  { key: "control_period_s", unit: "s", min: 0.005, max: 0.2, of: (r) => r.controlPeriodS },
  { key: "response.time_constant_s", unit: "s", min: 0, max: 1, of: (r) => r.response.timeConstantS },
  { key: "response.command_delay_s", unit: "s", min: 0, max: 0.5, of: (r) => r.response.commandDelayS },
  { key: "response.reaction_s", unit: "s", min: 0.02, max: 0.5, of: (r) => r.response.reactionS },
  { key: "base.command_timeout_s", unit: "s", min: 0, max: 1, of: (r) => r.base.commandTimeoutS ?? 0 },
  { key: "staleness.command_s", unit: "s", min: 0.02, max: 0.3, of: (r) => r.staleness.commandS },
  { key: "staleness.odometry_s", unit: "s", min: 0.02, max: 0.3, of: (r) => r.staleness.odometryS },
  { key: "staleness.scan_s", unit: "s", min: 0.02, max: 0.5, of: (r) => r.staleness.scanS },
  { key: "staleness.future_s", unit: "s", min: 0, max: 0.1, of: (r) => r.staleness.futureS },
  { key: "uncertainty.surprise_slow", unit: "1", min: 0, max: 10, of: (r) => r.uncertainty.surpriseSlow },
  { key: "uncertainty.surprise_stop", unit: "1", min: 0, max: 20, of: (r) => r.uncertainty.surpriseStop },
  { key: "uncertainty.uncertainty_slow", unit: "1", min: 0, max: 10, of: (r) => r.uncertainty.uncertaintySlow },
  { key: "uncertainty.uncertainty_stop", unit: "1", min: 0, max: 20, of: (r) => r.uncertainty.uncertaintyStop },
];

/** Limits of bases. */
export const BASE_CEILINGS: readonly Ceiling<RobotDescription>[] = [
  { key: "footprint.radius_m", unit: "m", min: 0.02, max: 1, of: (r) => r.footprint.radiusM },
  { key: "limits.forward_mps", unit: "m/s", min: 0.01, max: 1.5, of: (r) => r.limits.forwardMps },
  { key: "limits.reverse_mps", unit: "m/s", min: 0.01, max: 1, of: (r) => r.limits.reverseMps },
  { key: "limits.sideways_mps", unit: "m/s", min: 0, max: 1, of: (r) => r.limits.sidewaysMps },
  { key: "limits.yaw_rate_rps", unit: "rad/s", min: 0.01, max: 4, of: (r) => r.limits.yawRateRps },
  { key: "limits.acceleration_mps2", unit: "m/s²", min: 0.01, max: 3, of: (r) => r.limits.accelerationMps2 },
  { key: "limits.yaw_acceleration_rps2", unit: "rad/s²", min: 0.01, max: 15, of: (r) => r.limits.yawAccelerationRps2 },
  { key: "limits.jerk_mps3", unit: "m/s³", min: 0.1, max: 100, of: (r) => r.limits.jerkMps3 },
  { key: "limits.yaw_jerk_rps3", unit: "rad/s³", min: 0.1, max: 500, of: (r) => r.limits.yawJerkRps3 },
  { key: "limits.lateral_acceleration_mps2", unit: "m/s²", min: 0.05, max: 3, of: (r) => r.limits.lateralAccelerationMps2 },
  // A lower bound on the assumed deceleration would not protect; a ceiling does: nothing on wheels brakes harder.
  { key: "limits.deceleration_mps2", unit: "m/s²", min: 0.1, max: 4, of: (r) => r.limits.decelerationMps2 },
  { key: "limits.emergency_deceleration_mps2", unit: "m/s²", min: 2, max: 10, of: (r) => r.limits.emergencyDecelerationMps2 },
  { key: "limits.emergency_yaw_deceleration_rps2", unit: "rad/s²", min: 4, max: 40, of: (r) => r.limits.emergencyYawDecelerationRps2 },
  { key: "clearance_m", unit: "m", min: 0.02, max: 1, of: (r) => r.clearanceM },
];

/** A scanner sits on its base: nearer to the edge of the footprint than this, or within it. */
const SCANNER_BEYOND_M = 0.1;
const SCANNER_CEILINGS: readonly Ceiling<RobotDescription>[] = [
  {
    key: "scanner.x_m, scanner.y_m: distance of the scanner from base_link, beyond the footprint's radius",
    unit: "m",
    min: Number.NEGATIVE_INFINITY,
    max: SCANNER_BEYOND_M,
    of: ({ scanner, footprint }) => Math.hypot(scanner!.baseFromScan.xM, scanner!.baseFromScan.yM) - footprint.radiusM,
  },
  { key: "scanner.yaw_rad", unit: "rad", min: -2 * Math.PI, max: 2 * Math.PI, of: ({ scanner }) => scanner!.baseFromScan.yawRad },
];

/** Of a base that sees nothing of what it could hit. */
const fastest = ({ limits: l }: RobotDescription) => Math.max(l.forwardMps, l.reverseMps, l.sidewaysMps);
const BLIND_CEILINGS = [{ key: "limits, without a scanner: speed", unit: "m/s", min: 0, max: 1, of: fastest }];

/** Limits of each joint of an arm; the elbow of a small one then moves no faster than a walking person. */
export const JOINT_CEILINGS: readonly Ceiling<JointDescription>[] = [
  { key: "position_rad.0", unit: "rad", min: -6.3, max: 6.3, of: (j) => j.positionRad[0] },
  { key: "position_rad.1", unit: "rad", min: -6.3, max: 6.3, of: (j) => j.positionRad[1] },
  { key: "velocity_rps", unit: "rad/s", min: 0.01, max: 3, of: (j) => j.velocityRps },
  { key: "acceleration_rps2", unit: "rad/s²", min: 0.01, max: 20, of: (j) => j.accelerationRps2 },
  { key: "deceleration_rps2", unit: "rad/s²", min: 0.1, max: 20, of: (j) => j.decelerationRps2 },
  { key: "jerk_rps3", unit: "rad/s³", min: 0.1, max: 1000, of: (j) => j.jerkRps3 },
];

/** Of an arm whose links are known. */
const LINK_CEILINGS: readonly Ceiling<LinkGeometry>[] = [
  { key: "links.clearance_m", unit: "m", min: 0.005, max: 0.5, of: (l) => l.clearanceM },
];

interface AxisCeilings {
  readonly speed: number;
  readonly acceleration: number;
  readonly deceleration: number;
  readonly emergencyDeceleration: number;
  readonly jerk: number;
}

/** Ceiling of each axis, independent of the embodiment: by its unit, the largest that is allowed for any body. */
const AXIS_CEILINGS: Readonly<Record<Axis["unit"], AxisCeilings>> = {
  "m/s": { speed: 1.5, acceleration: 3, deceleration: 4, emergencyDeceleration: 10, jerk: 100 },
  "rad/s": { speed: 4, acceleration: 20, deceleration: 20, emergencyDeceleration: 40, jerk: 1000 },
};

/** Throws RH-ROBOT-CEILING. A NaN is beyond every ceiling. */
export function enforceCeilings(robot: RobotDescription): void {
  enforce(CEILINGS, robot, "", robot);
  const embodiment = embodimentOf(robot);
  if (embodiment.floor) {
    enforce(BASE_CEILINGS, robot, "", robot);
    enforce(robot.scanner === undefined ? BLIND_CEILINGS : SCANNER_CEILINGS, robot, "", robot);
  }
  for (const [i, joint] of robot.joints.entries()) enforce(JOINT_CEILINGS, joint, `joints.${i}.`, robot);
  if (robot.links) enforce(LINK_CEILINGS, robot.links, "", robot);
  // The ceilings of the limits are above.
  const own = Object.entries(embodiment.ownNumbers).filter(([key]) => !key.startsWith("limits."));
  enforce(
    own.map(([key, bounds]) => ({ key, ...bounds, of: () => robot.own?.[key] ?? Number.NaN })),
    robot,
    "",
    robot,
  );
  for (const axis of embodiment.axes(robot)) enforce(ceilingsOf(axis.unit), axis, `axis ${axis.name}: `, robot);
}

function ceilingsOf(unit: Axis["unit"]): readonly Ceiling<Axis>[] {
  const { speed, acceleration, deceleration, emergencyDeceleration, jerk } = AXIS_CEILINGS[unit];
  const of = (key: keyof Omit<Axis, "name" | "unit">, min: number, max: number) => ({ key, unit, min, max, of: (axis: Axis) => axis[key] });
  return [
    of("minPerS", -speed, 0),
    of("maxPerS", 0, speed),
    of("accelerationPerS2", 0, acceleration),
    of("decelerationPerS2", 0, deceleration),
    of("emergencyDecelerationPerS2", 0, emergencyDeceleration),
    of("jerkPerS3", 0, jerk),
  ];
}

function enforce<Of>(ceilings: readonly Ceiling<Of>[], part: Of, prefix: string, { source }: RobotDescription): void {
  for (const { key, unit, min, max, of } of ceilings) {
    const value = of(part);
    if (value >= min && value <= max) continue;
    throw new RehearseError(
      "RH-ROBOT-CEILING",
      `${prefix}${key} is ${value} ${unit} in ${source.path}; allowed: ${min} to ${max} ${unit}`,
      "stay within what guardrails/ceilings.ts allows: robot files can only tighten",
      { details: { path: source.path, key: `${prefix}${key}`, found: value, min, max, unit } },
    );
  }
}
