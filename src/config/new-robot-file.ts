import type { Polygon } from "../core/robot-description.js";

/** What has to be measured of a base before anything can guard it. */
export interface BaseNumbers {
  readonly name: string;
  readonly drive: "differential" | "omnidirectional";
  /** Of a circle around base_link that nothing of the robot leaves, or, in its place, a convex polygon. */
  readonly radiusM: number;
  readonly polygonM?: Polygon;
  readonly forwardMps: number;
  readonly reverseMps: number;
  readonly yawRateRps: number;
  readonly accelerationMps2: number;
  /** What the base really does when it is commanded to stop. */
  readonly brakingMps2: number;
  /** From publishing a command to the motors. */
  readonly delayS: number;
  /** After so long without a command the base stops by itself. */
  readonly timeoutS: number;
  /** The scanner on base_link; absent: it has none. */
  readonly scanner?: { readonly frame: string; readonly xM: number; readonly yM: number; readonly yawRad: number };
  /** Its intrinsics lie beside the robot file. */
  readonly camera?: CameraPlace;
}

export interface CameraPlace {
  readonly frame: string;
  readonly intrinsics: string;
  readonly mountedOn: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly rollRad: number;
  readonly pitchRad: number;
  readonly yawRad: number;
}

/** A turn reaches its full rate after this. */
const TURN_S = 0.33;
/** Full acceleration is reached after this. */
const RISE_S = 0.1;
/** The most that the ceilings allow. */
const MOST = { yawAccelerationRps2: 15, jerkMps3: 100, yawJerkRps3: 500, lateralMps2: 1 };

/** A robot file: the measured numbers as they are, cautious ones for what follows from them. @param by the command that made it */
export function newRobotFile(base: BaseNumbers, by = "rehearse guard --init"): string {
  const yawAcceleration = Math.min(base.yawRateRps / TURN_S, MOST.yawAccelerationRps2);
  const sideways = base.drive === "omnidirectional" ? `\n  sideways_mps: ${short(base.reverseMps)}` : "";
  return `# Made by \`${by}\`. Units are in the keys; docs/guides/bring-your-own-robot.md says how to measure each number.
# What braking distances count on is deceleration_mps2 and response: measure them again after every change of floor, load or wheels.
schema: rehearse.robot/1
name: ${JSON.stringify(base.name)}
drive: ${base.drive}
control_period_s: 0.05

footprint:
${footprintOf(base)}

limits:
  forward_mps: ${short(base.forwardMps)}
  reverse_mps: ${short(base.reverseMps)}${sideways}
  yaw_rate_rps: ${short(base.yawRateRps)}
  acceleration_mps2: ${short(base.accelerationMps2)}
  yaw_acceleration_rps2: ${short(yawAcceleration)} # the full yaw rate after a third of a second
  jerk_mps3: ${short(Math.min(base.accelerationMps2 / RISE_S, MOST.jerkMps3))} # of speeding up: full acceleration after 0.1 s
  yaw_jerk_rps3: ${short(Math.min(yawAcceleration / RISE_S, MOST.yawJerkRps3))}
  lateral_acceleration_mps2: ${short(Math.min(base.brakingMps2, MOST.lateralMps2))} # speed times yaw rate
  deceleration_mps2: ${short(base.brakingMps2)} # what the base really does
  emergency_deceleration_mps2: 6.0 # of the command in the guard's own stops; the base then brakes as it can
  emergency_yaw_deceleration_rps2: 20.0

response:
  time_constant_s: 0.15
  command_delay_s: ${short(base.delayS)} # from publishing to the motors
  reaction_s: 0.1 # one judgement to the next

clearance_m: 0.05 # kept free between the footprint and what the scan sees

base: # what takes the commands
  command_timeout_s: ${short(base.timeoutS)} # without a new one it then brakes by itself: test it, guard killed, wheels in the air
  hold_safe: true # each command may be held for so long without touching anything: the guard may die at any moment

staleness: # older than this counts as lost
  command_s: 0.25 # four to five periods of a joystick or controller at 20 Hz
  odometry_s: 0.2
  scan_s: 0.3
  future_s: 0.05

uncertainty: # of a world model, where there is one
  surprise_slow: 8.0
  surprise_stop: 16.0

keep_out_m: [] # polygons [[x, y], …] in the odometry frame

${scannerOf(base)}${base.camera ? `\n${cameraOf(base.camera)}` : ""}`;
}

function footprintOf({ radiusM, polygonM }: BaseNumbers): string {
  if (polygonM === undefined) return `  radius_m: ${short(radiusM)} # a disc around base_link`;
  return `  polygon_m: [${polygonM.map(([x, y]) => `[${short(Number(x.toFixed(4)))}, ${short(Number(y.toFixed(4)))}]`).join(", ")}] # on base_link, seen from above`;
}

function scannerOf({ scanner }: BaseNumbers): string {
  if (scanner === undefined) return "scanner: none # what only a scanner could see is not guarded against\n";
  return `scanner: # on base_link
  frame: ${JSON.stringify(scanner.frame)}
  x_m: ${short(scanner.xM)}
  y_m: ${short(scanner.yM)}
  yaw_rad: ${short(scanner.yawRad)}
`;
}

function cameraOf(camera: CameraPlace): string {
  return `camera: # the optical frame: x right, y down, z ahead
  frame: ${JSON.stringify(camera.frame)}
  intrinsics: ${camera.intrinsics}
  mounted_on: ${JSON.stringify(camera.mountedOn)}
  x_m: ${short(camera.xM)}
  y_m: ${short(camera.yM)}
  z_m: ${short(camera.zM)}
  roll_rad: ${short(camera.rollRad)}
  pitch_rad: ${short(camera.pitchRad)}
  yaw_rad: ${short(camera.yawRad)}
`;
}

/** A number with at most six digits, as YAML and ROS read a decimal one. */
export function short(value: number): string {
  const text = String(Number(value.toPrecision(6)) || 0);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
