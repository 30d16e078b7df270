import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { RehearseError } from "../core/error.js";
import type { RobotDescription } from "../core/robot-description.js";

const ROBOT_SCHEMA = "rehearse.robot/1";

// Every leaf's message is what was expected: the error adds file, key and what was found.
const text = z.string({ error: "a text" }).min(1, { error: "a text that is not empty" });
const number = z.number({ error: "a finite number" });
const positive = number.positive({ error: "a number above 0" });
const notNegative = number.nonnegative({ error: "a number not below 0" });
const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: (issue) => unexpected(issue, Object.keys(shape)) });
const interval = z
  .tuple([number, number], { error: "two numbers, [least, greatest]" })
  .refine(([low, high]) => low < high, { error: "the smaller bound first, and the two different" });
const point = z.tuple([number, number], { error: "a point [x, y] in metres" });

const schema = group({
  schema: z.literal(ROBOT_SCHEMA, { error: ROBOT_SCHEMA }),
  name: text,
  drive: z.literal("differential", { error: "differential" }),
  control_period_s: positive,
  footprint: group({ radius_m: positive }),
  limits: group({
    forward_mps: positive,
    reverse_mps: positive,
    yaw_rate_rps: positive,
    acceleration_mps2: positive,
    yaw_acceleration_rps2: positive,
    deceleration_mps2: positive,
    emergency_deceleration_mps2: positive,
    emergency_yaw_deceleration_rps2: positive,
  }),
  response: group({ time_constant_s: notNegative, command_delay_s: notNegative, reaction_s: positive }),
  clearance_m: positive,
  staleness: group({ command_s: positive, odometry_s: positive, scan_s: positive, future_s: notNegative }),
  keep_out_m: z.array(z.array(point).min(3, { error: "a polygon of at least 3 points" }), { error: "a list of polygons" }),
  workspace: group({ x_m: interval, y_m: interval }).optional(),
  scanner: group({ frame: text, x_m: number, y_m: number, yaw_rad: number }).optional(),
  camera: group({
    frame: text,
    intrinsics: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "a plain file name: it lies beside the robot file" }),
    mounted_on: text,
    x_m: number,
    y_m: number,
    z_m: number,
    roll_rad: number,
    pitch_rad: number,
    yaw_rad: number,
  }).optional(),
});

/** Reads, checks and freezes a robot file. Throws RH-ROBOT-READ, RH-ROBOT-YAML or RH-ROBOT-SCHEMA; whoever builds a gate from it adds the ceilings. */
export function readRobotFile(path: string): RobotDescription {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new RehearseError("RH-ROBOT-READ", `no robot file can be read at ${path}`, "give the path of a calibration/<robot>/robot.yaml", {
      cause,
    });
  }
  return parseRobotFile(bytes, path);
}

/** @param path names the source in errors and diagnostics */
export function parseRobotFile(bytes: Buffer, path: string): RobotDescription {
  const document = parseDocument(bytes.toString("utf8"));
  const fault = document.errors[0];
  if (fault !== undefined) {
    throw new RehearseError("RH-ROBOT-YAML", `${path} is not valid YAML: ${fault.message.split("\n")[0]}`, "correct the file there");
  }
  const content: unknown = document.toJS();
  const result = schema.safeParse(content);
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `${[...issue.path].join(".") || "the file"} ${wrong(issue, content)}`);
    throw new RehearseError("RH-ROBOT-SCHEMA", `${path}: ${issues.join("; ")}`, "compare with calibration/rooms/robot.yaml");
  }
  const file = result.data;
  const { limits, response, staleness, workspace, scanner, camera } = file;
  return deepFreeze<RobotDescription>({
    name: file.name,
    source: { path, sha256: createHash("sha256").update(bytes).digest("hex") },
    drive: file.drive,
    controlPeriodS: file.control_period_s,
    footprint: { radiusM: file.footprint.radius_m },
    limits: {
      forwardMps: limits.forward_mps,
      reverseMps: limits.reverse_mps,
      yawRateRps: limits.yaw_rate_rps,
      accelerationMps2: limits.acceleration_mps2,
      yawAccelerationRps2: limits.yaw_acceleration_rps2,
      decelerationMps2: limits.deceleration_mps2,
      emergencyDecelerationMps2: limits.emergency_deceleration_mps2,
      emergencyYawDecelerationRps2: limits.emergency_yaw_deceleration_rps2,
    },
    response: { timeConstantS: response.time_constant_s, commandDelayS: response.command_delay_s, reactionS: response.reaction_s },
    clearanceM: file.clearance_m,
    staleness: {
      commandS: staleness.command_s,
      odometryS: staleness.odometry_s,
      scanS: staleness.scan_s,
      futureS: staleness.future_s,
    },
    keepOutM: file.keep_out_m,
    workspace: workspace && { xM: workspace.x_m, yM: workspace.y_m },
    scanner: scanner && { frame: scanner.frame, baseFromScan: { xM: scanner.x_m, yM: scanner.y_m, yawRad: scanner.yaw_rad } },
    camera: camera && {
      frame: camera.frame,
      intrinsics: camera.intrinsics,
      mountedOn: camera.mounted_on,
      xM: camera.x_m,
      yM: camera.y_m,
      zM: camera.z_m,
      rollRad: camera.roll_rad,
      pitchRad: camera.pitch_rad,
      yawRad: camera.yaw_rad,
    },
  });
}

function unexpected(issue: { code?: string; keys?: string[] } & object, known: string[]): string {
  return issue.code === "unrecognized_keys"
    ? `has the unknown key ${(issue.keys ?? []).join(", ")} (known: ${known.join(", ")})`
    : `a map with ${known.join(", ")}`;
}

/** What is wrong with one key: missing, unknown, or another value than expected. */
function wrong(issue: z.core.$ZodIssue, content: unknown): string {
  if (issue.code === "unrecognized_keys") return issue.message;
  const value = issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key], content);
  return value === undefined
    ? `is missing: ${issue.message}`
    : `must be ${issue.message}, not ${typeof value === "number" ? value : JSON.stringify(value)}`;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
