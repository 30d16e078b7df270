import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import type { Embodiment } from "../core/embodiment.js";
import { RehearseError } from "../core/error.js";
import type { MotionLimits, RobotDescription } from "../core/robot-description.js";
import { excerpt } from "../core/visible-text.js";
import { requireContract } from "../embodiment/contract.js";
import { isBodyModule } from "../embodiment/custom.js";
import { EMBODIMENTS, embodimentOf } from "../embodiment/index.js";
import { seededRandom } from "../math/random.js";
import { footprintKeys, footprintOf, isOneFootprint } from "./footprint.js";
import { keyFaults, valueAt } from "./key-faults.js";
import { linkGeometry } from "./urdf.js";

const ROBOT_SCHEMA = "rehearse.robot/1";
const LIMITS = "limits.";
/** A larger file is refused: it is no robot file. */
const MOST_BYTES = 1 << 18;
/** Corners of all keep-out zones together: guard and planner go along each of their edges many times a second. */
const MOST_CORNERS = 1024;
/** A body of a module is tried with the same motions each time. */
const CONTRACT_SEED = 1;
/** Entries of any other list. */
const MOST_ENTRIES = 64;
/** What a base may do that sees nothing of what it could hit, unless its file says more by `limits.unseen_mps`: a slow walk, from which it stops within its clearance. */
const UNSEEN_MPS = 0.3;
/** Of the drive controllers of ros2_control (`cmd_vel_timeout`). */
const USUAL_TIMEOUT_S = 0.5;

// Every leaf's message is what was expected: the error adds file, key and what was found.
const text = z.string({ error: "a text" }).min(1, { error: "a text that is not empty" });
const number = z.number({ error: "a finite number" });
const positive = number.positive({ error: "a number above 0" });
const notNegative = number.nonnegative({ error: "a number not below 0" });
const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: (issue) => unexpected(issue, Object.keys(shape)) });
const interval = z
  .tuple([number, number], { error: "two numbers, [least, greatest]" })
  .refine(([low, high]) => low < high, { error: "the smaller bound first, and the two different" });
const spot = z.tuple([number, number, number], { error: "a point [x, y, z] in metres" });
const point = z.tuple([number, number], { error: "a point [x, y] in metres" });

const common = {
  schema: z.literal(ROBOT_SCHEMA, { error: ROBOT_SCHEMA }),
  name: text,
  control_period_s: positive,
  response: group({ time_constant_s: notNegative, command_delay_s: notNegative, reaction_s: positive }),
  staleness: group({ command_s: positive, odometry_s: positive, scan_s: positive, future_s: notNegative }),
  base: group({
    command_timeout_s: positive.optional(),
    hold_safe: z.boolean({ error: "true or false" }).default(true),
    other_publishers: z
      .array(text.regex(/^\//, { error: "a node's full name, such as /joystick" }), { error: "a list of nodes" })
      .max(MOST_ENTRIES, { error: `a list of at most ${MOST_ENTRIES} nodes` })
      .optional(),
  }).optional(),
  guardrails: z.array(text.regex(/\.m?js$/, { error: "a module, .mjs or .js" }), { error: "a list of modules" }).optional(),
  uncertainty: group({
    surprise_slow: positive,
    surprise_stop: positive,
    // Reported by ensembles: no model that comes with Rehearse reports it.
    uncertainty_slow: positive.default(8),
    uncertainty_stop: positive.default(16),
  }).refine((d) => d.surprise_slow < d.surprise_stop && d.uncertainty_slow < d.uncertainty_stop, { error: "slow below stop, for both" }),
};

const camera = group({
  frame: text,
  intrinsics: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "a plain file name: it lies beside the robot file" }),
  mounted_on: text,
  x_m: number,
  y_m: number,
  z_m: number,
  roll_rad: number,
  pitch_rad: number,
  yaw_rad: number,
}).optional();

const SCANNER = { frame: text, x_m: number, y_m: number, yaw_rad: number, open_space: z.boolean({ error: "true or false" }).optional() };
/** A base without a scanner has to say so: one whose section got lost must not drive as if there were nothing to hit. */
const NO_SCANNER = "none";
const scanner = z.strictObject(SCANNER, {
  error: (issue) =>
    `${unexpected(issue, Object.keys(SCANNER))}${issue.code === "unrecognized_keys" ? "" : "; of a base without one: scanner: none"}`,
});

const numbers = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, positive]));

/** Schema of a mobile base: the keys common to all bases, and those of this kind. */
const floor = ({ drive, ownNumbers }: Embodiment, hasScanner: boolean) =>
  group({
    ...common,
    drive: isBodyModule(drive)
      ? z.string()
      : z.literal(drive, { error: `${listed(EMBODIMENTS.map((embodiment) => embodiment.drive))}, or a module such as ./my-body.mjs` }),
    footprint: group(footprintKeys).refine(isOneFootprint, { error: "one of radius_m, polygon_m and polygons_m" }),
    limits: group({
      forward_mps: positive,
      reverse_mps: positive,
      yaw_rate_rps: positive,
      acceleration_mps2: positive,
      yaw_acceleration_rps2: positive,
      jerk_mps3: positive,
      yaw_jerk_rps3: positive,
      lateral_acceleration_mps2: positive,
      deceleration_mps2: positive,
      emergency_deceleration_mps2: positive,
      emergency_yaw_deceleration_rps2: positive,
      ...(hasScanner ? {} : { unseen_mps: positive.optional() }),
      ...numbers(
        Object.keys(ownNumbers)
          .filter((key) => key.startsWith(LIMITS))
          .map((key) => key.slice(LIMITS.length)),
      ),
    }),
    clearance_m: positive,
    keep_out_m: z
      .array(z.array(point).min(3, { error: "a polygon of at least 3 points" }), { error: "a list of polygons" })
      .refine((polygons) => polygons.flat().length <= MOST_CORNERS, { error: `polygons of at most ${MOST_CORNERS} points together` }),
    workspace: group({ x_m: interval, y_m: interval }).optional(),
    scanner: hasScanner ? scanner : z.literal(NO_SCANNER).transform(() => undefined),
    camera,
    ...numbers(Object.keys(ownNumbers).filter((key) => !key.startsWith(LIMITS))),
  });

/** Schema of an arm, whose base is fixed. */
const jointed = group({
  ...common,
  drive: z.string(),
  joints: z
    .array(
      group({
        name: text,
        position_rad: interval,
        velocity_rps: positive,
        acceleration_rps2: positive,
        deceleration_rps2: positive,
        jerk_rps3: positive,
      }),
      { error: "a list of joints" },
    )
    .min(1, { error: "a list of at least one joint" })
    .max(MOST_ENTRIES, { error: `a list of at most ${MOST_ENTRIES} joints` }),
  links: group({
    urdf: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "a plain file name: it lies beside the robot file" }),
    clearance_m: positive,
    keep_out_boxes_m: z
      .array(group({ min: spot, max: spot }), { error: "a list of boxes, { min: [x, y, z], max: [x, y, z] }" })
      .max(64, { error: "at most 64 boxes" })
      .default([]),
    may_touch: z
      .array(z.tuple([text, text], { error: "the names of two links" }), { error: "a list of pairs of links" })
      .max(256, { error: "at most 256 pairs" })
      .default([]),
  }).optional(),
  camera,
});

/**
 * Reads, checks and freezes a robot file. Whoever builds a gate from it adds the ceilings.
 * @param given the file, or the folder that holds it as `robot.yaml`
 * @throws RehearseError RH-ROBOT-UNNAMED (for an empty text), RH-ROBOT-READ, RH-ROBOT-YAML, RH-ROBOT-SCHEMA
 */
export function readRobotFile(given: string): RobotDescription {
  if (given === "") {
    throw new RehearseError(
      "RH-ROBOT-UNNAMED",
      "it is not said which robot this is, and no other robot's limits are taken for it",
      "give its robot file or folder: the parameter robot (-p robot:=FILE), or --robot FILE; ./rehearse new makes one",
    );
  }
  const path = statSync(given, { throwIfNoEntry: false })?.isDirectory() ? join(given, "robot.yaml") : given;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new RehearseError("RH-ROBOT-READ", `no robot file can be read at ${path}`, "give the path of a calibration/<robot>/robot.yaml", {
      cause,
      details: { path },
    });
  }
  return parseRobotFile(bytes, path);
}

/** Refuses what would fill memory or stack: a large file, lists in lists without end, more than 100 aliases; and an alias without an anchor. */
function contentOf(bytes: Buffer, path: string): unknown {
  const refused = (reason: string, cause?: unknown) =>
    new RehearseError("RH-ROBOT-YAML", `${path} is not valid YAML: ${excerpt(reason.split("\n")[0]!)}`, "correct the file there", {
      cause,
      details: { path },
    });
  if (bytes.length > MOST_BYTES) throw refused(`it has ${bytes.length} bytes, of ${MOST_BYTES} at most`);
  let fault: string | undefined;
  try {
    const document = parseDocument(bytes.toString("utf8"), { logLevel: "error" });
    fault = document.errors[0]?.message;
    if (fault === undefined) return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw refused((cause as Error).message, cause);
  }
  throw refused(fault);
}

/** @param path names the source in errors and diagnostics */
export function parseRobotFile(bytes: Buffer, path: string): RobotDescription {
  const { content, warnings } = renamed(contentOf(bytes, path), path);
  const embodiment = embodimentSaid((content as { drive?: unknown } | null)?.drive, path);
  const scannerSaid = (content as { scanner?: unknown } | null)?.scanner;
  const [file, parts] = embodiment.floor
    ? floorParts(checked(floor(embodiment, scannerSaid !== NO_SCANNER), content, path))
    : jointParts(checked(jointed, content, path), path);
  const limited = unseen(parts, content, path);
  const { response, staleness, uncertainty, camera } = file;
  const robot = deepFreeze<RobotDescription>({
    name: file.name,
    source: { path, sha256: createHash("sha256").update(bytes).digest("hex") },
    controlPeriodS: file.control_period_s,
    response: { timeConstantS: response.time_constant_s, commandDelayS: response.command_delay_s, reactionS: response.reaction_s },
    staleness: {
      commandS: staleness.command_s,
      odometryS: staleness.odometry_s,
      scanS: staleness.scan_s,
      futureS: staleness.future_s,
    },
    uncertainty: {
      surpriseSlow: uncertainty.surprise_slow,
      surpriseStop: uncertainty.surprise_stop,
      uncertaintySlow: uncertainty.uncertainty_slow,
      uncertaintyStop: uncertainty.uncertainty_stop,
    },
    base: {
      // Drive controllers have a timeout; those that pass on the velocities of joints usually have none.
      commandTimeoutS: file.base?.command_timeout_s ?? (embodiment.floor ? USUAL_TIMEOUT_S : undefined),
      holdSafe: file.base?.hold_safe ?? true,
    },
    ...(warnings.length + limited.warnings.length > 0 && { warnings: [...warnings, ...limited.warnings] }),
    ...(file.base?.other_publishers && { otherPublishers: file.base.other_publishers }),
    ...(file.guardrails && { guardrails: file.guardrails.map((module) => resolve(dirname(path), module)) }),
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
    drive: embodiment.drive,
    own: Object.fromEntries(Object.keys(embodiment.ownNumbers).map((key) => [key, valueAt(content, key.split(".")) as number])),
    ...parts,
    limits: limited.limits,
  });
  if (isBodyModule(embodiment.drive)) requireContract(embodiment, robot, seededRandom(CONTRACT_SEED));
  return robot;
}

/** One of those that come along, or a module beside the robot file; where neither is said, one whose schema says what is missing. */
function embodimentSaid(drive: unknown, path: string): Embodiment {
  const known = EMBODIMENTS.find((embodiment) => embodiment.drive === drive);
  if (known !== undefined) return known;
  return typeof drive === "string" && isBodyModule(drive) ? embodimentOf({ drive: resolve(dirname(path), drive) }) : EMBODIMENTS[0]!;
}

/** The limits of a base, lower where it has no scanner. */
function unseen({ limits, scanner, joints }: Parts, content: unknown, path: string): { limits: MotionLimits; warnings: readonly string[] } {
  const saidMps = valueAt(content, ["limits", "unseen_mps"]) as number | undefined;
  if (scanner !== undefined || joints.length > 0) return { limits, warnings: [] };
  const mostMps = saidMps ?? UNSEEN_MPS;
  const keys = ["forwardMps", "reverseMps", "sidewaysMps"] as const;
  const beyond = Math.max(...keys.map((key) => limits[key]));
  if (beyond <= mostMps) return { limits, warnings: [] };
  const lowered = Object.fromEntries(keys.map((key) => [key, Math.min(limits[key], mostMps)]));
  const fix = saidMps === undefined ? "; limits.unseen_mps says otherwise, up to 1 m/s" : "";
  return {
    limits: { ...limits, ...lowered },
    warnings: [`${path}: without a scanner the base goes at most ${mostMps} m/s, not ${beyond}${fix}`],
  };
}

/** The content under its present keys, with a warning for each key that it still holds under an older name. */
function renamed(content: unknown, path: string): { readonly content: unknown; readonly warnings: readonly string[] } {
  if (content === null || typeof content !== "object" || !("doubt" in content) || "uncertainty" in content)
    return { content, warnings: [] };
  const { doubt: uncertainty, ...rest } = content;
  return { content: { ...rest, uncertainty }, warnings: [`${path}: the section doubt is called uncertainty now; rename it`] };
}

type Parts = Pick<RobotDescription, "joints" | "footprint" | "limits" | "clearanceM" | "keepOutM" | "workspace" | "scanner" | "links">;
type FloorFile = z.output<ReturnType<typeof floor>>;

function floorParts(file: FloorFile): [FloorFile, Parts] {
  const { footprint, limits, clearance_m, keep_out_m, workspace, scanner } = file;
  const parts: Parts = {
    joints: [],
    footprint: footprintOf(footprint),
    limits: {
      forwardMps: limits.forward_mps,
      reverseMps: limits.reverse_mps,
      sidewaysMps: (limits as { sideways_mps?: number }).sideways_mps ?? 0,
      yawRateRps: limits.yaw_rate_rps,
      accelerationMps2: limits.acceleration_mps2,
      yawAccelerationRps2: limits.yaw_acceleration_rps2,
      jerkMps3: limits.jerk_mps3,
      yawJerkRps3: limits.yaw_jerk_rps3,
      lateralAccelerationMps2: limits.lateral_acceleration_mps2,
      decelerationMps2: limits.deceleration_mps2,
      emergencyDecelerationMps2: limits.emergency_deceleration_mps2,
      emergencyYawDecelerationRps2: limits.emergency_yaw_deceleration_rps2,
    },
    clearanceM: clearance_m,
    keepOutM: keep_out_m,
    workspace: workspace && { xM: workspace.x_m, yM: workspace.y_m },
    scanner: scanner && {
      frame: scanner.frame,
      baseFromScan: { xM: scanner.x_m, yM: scanner.y_m, yawRad: scanner.yaw_rad },
      ...(scanner.open_space && { openSpace: true }),
    },
  };
  return [file, parts];
}

/** An arm's base is fixed: it has no footprint that drives, and no speed. */
function jointParts(file: z.output<typeof jointed>, path: string): [z.output<typeof jointed>, Parts] {
  const parts: Parts = {
    joints: file.joints.map((joint) => ({
      name: joint.name,
      positionRad: joint.position_rad,
      velocityRps: joint.velocity_rps,
      accelerationRps2: joint.acceleration_rps2,
      decelerationRps2: joint.deceleration_rps2,
      jerkRps3: joint.jerk_rps3,
    })),
    footprint: { radiusM: 0 },
    limits: {
      forwardMps: 0,
      reverseMps: 0,
      sidewaysMps: 0,
      yawRateRps: 0,
      accelerationMps2: 0,
      yawAccelerationRps2: 0,
      jerkMps3: 0,
      yawJerkRps3: 0,
      lateralAccelerationMps2: 0,
      decelerationMps2: 0,
      emergencyDecelerationMps2: 0,
      emergencyYawDecelerationRps2: 0,
    },
    clearanceM: 0,
    keepOutM: [],
    links:
      file.links &&
      linkGeometry(
        resolve(dirname(path), file.links.urdf),
        file.joints.map(({ name }) => name),
        {
          clearanceM: file.links.clearance_m,
          keepOutBoxesM: file.links.keep_out_boxes_m,
          mayTouch: file.links.may_touch,
        },
      ),
  };
  return [file, parts];
}

function checked<T extends z.ZodType>(schema: T, content: unknown, path: string): z.output<T> {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const { issues } = result.error;
  const texts = issues.map((issue) => `${issue.path.join(".") || "the file"} ${wrong(issue, content)}`);
  throw new RehearseError("RH-ROBOT-SCHEMA", `${path}: ${texts.join("; ")}`, "compare with calibration/rooms/robot.yaml", {
    details: { path, keys: keyFaults(issues, content) },
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
  const value = valueAt(content, issue.path);
  return value === undefined
    ? `is missing: ${issue.message}`
    : `must be ${issue.message}, not ${typeof value === "number" ? value : excerpt(JSON.stringify(value))}`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
