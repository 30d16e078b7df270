import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { TWIST_NUMBERS } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import { GOAL_KINDS, type ModelDescription } from "../core/model.js";
import { keyFaults, valueAt } from "./key-faults.js";

const MODEL_SCHEMA = "rehearse.model/1";
const FILE = "model.yaml";
/** A larger file is refused: it is no model.yaml. */
const MOST_CHARACTERS = 1 << 20;

/** Quantities that the runtime can feed or read, with the one unit that each may have (REP-103). */
const UNITS: Readonly<Record<string, string>> = {
  "linear.x": "m/s",
  "linear.y": "m/s",
  "angular.z": "rad/s",
  "robot.x": "m",
  "robot.y": "m",
  "robot.yaw": "rad",
  "robot.yaw.cos": "1",
  "robot.yaw.sin": "1",
};
/** Quantities of odometry that an encoder can take. */
const SENSED: readonly string[] = [...TWIST_NUMBERS, "robot.x", "robot.y", "robot.yaw.cos", "robot.yaw.sin"];
/** Quantities of an arm: a joint's name has no dot in it. The joints are listed in the robot file. */
const JOINT_UNITS: Readonly<Record<string, string>> = { position: "rad", velocity: "rad/s" };

// Every leaf's message is what was expected: the error adds file, key and what was found.
const text = z.string({ error: "a text" }).min(1, { error: "a text that is not empty" });
const finite = (what: string) => z.number({ error: what });
const positive = (what: string) => z.number({ error: what }).positive({ error: what });
const count = (what: string) => z.int({ error: what }).positive({ error: what });
const record = z.record(z.string(), z.unknown(), { error: "a map" });
const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: (issue) => unexpected(issue, shape) });
const open = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape, { error: "a map" });
const interval = (unit: string) =>
  z
    .tuple([finite(`a number in ${unit}`), finite(`a number in ${unit}`)], { error: `two numbers in ${unit}, [least, greatest]` })
    .refine(([low, high]) => low < high, { error: "the smaller bound first, and the two different" });

const graph = group({
  file: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "a plain file name: the graph lies beside model.yaml" }),
  sha256: text.regex(/^[0-9a-f]{64}$/, { error: "64 lower-case hexadecimal digits" }),
});

const quantity = { name: text, unit: text };
const hasItsUnit = (q: { name: string; unit: string }, context: z.RefinementCtx, joints?: string) => {
  const unit = UNITS[q.name] ?? joints;
  if (unit !== undefined && q.unit !== unit)
    context.addIssue({ code: "custom", path: ["unit"], message: `the unit ${unit} for ${q.name}` });
};
const axisName = text.refine((name) => TWIST_NUMBERS.some((number) => number === name) || !name.includes("."), {
  error: `one of ${TWIST_NUMBERS.join(", ")}, or the name of a joint`,
});
const sensedName = text.refine((name) => SENSED.includes(name) || jointUnitOf(name) !== undefined, {
  error: `one of ${SENSED.join(", ")}, or <joint>.position, <joint>.velocity`,
});
/** The unit of `<joint>.position` and `<joint>.velocity`; undefined: the name is neither. */
function jointUnitOf(name: string): string | undefined {
  const [joint, number, ...more] = name.split(".");
  return joint === "" || number === undefined || more.length > 0 ? undefined : JOINT_UNITS[number];
}

const schema = open({
  name: text,
  world: text,
  licence: text,
  robot: text,
  graphs: group({
    encoder: graph,
    rollout: graph,
    readouts: graph,
    cost_to_go: graph.optional(),
    decoder: graph.optional(),
    gradient: graph.optional(),
    outcomes: graph.optional(),
    outcomes_int8: graph.optional(),
    proposal: graph.optional(),
    place: graph.optional(),
  }),
  image: group({
    width: count("a whole number of pixels, at least 1"),
    height: count("a whole number of pixels, at least 1"),
    encoding: z.literal("rgb8", { error: "rgb8" }),
    downsample: z.enum(["none", "area"], { error: "none or area" }).default("none"),
  }),
  proprioception: z.array(
    group({ ...quantity, name: sensedName }).superRefine((q, context) => hasItsUnit(q, context, jointUnitOf(q.name))),
    { error: "a list" },
  ),
  latent: group({
    // Whether the numbers form one vector or one per patch. The graphs take them flat in both cases.
    layout: z.enum(["vector", "patches"], { error: "vector or patches" }),
    patches: count("a whole number, at least 1").optional(),
    size: count("a whole number, at least 1"),
    image_size: count("a whole number, at least 1"),
    context: count("a whole number of frames, at least 1").default(1),
  }),
  goal: z.enum(GOAL_KINDS, { error: "position (the default) or latent" }).default("position"),
  action: group({
    block: count("a whole number of control periods, at least 1"),
    period_s: positive("a positive number of seconds"),
    axes: z
      .array(
        group({ ...quantity, name: axisName, range: interval("the axis's unit") }).superRefine((q, context) =>
          hasItsUnit(q, context, "rad/s"),
        ),
        { error: "a list" },
      )
      .min(1, { error: "at least one axis" }),
  }),
  step_s: positive("a positive number of seconds"),
  horizon: open({ trained_steps: count("a whole number of model steps, at least 1") }),
  arena: group({ x_m: interval("metres"), y_m: interval("metres") }).optional(),
  readouts: z
    .array(
      open({
        ...quantity,
        r2: finite("a number (R² on held-out episodes)"),
        mae: finite("a number in the readout's unit").min(0, { error: "no negative number" }),
      }).superRefine((q, context) => hasItsUnit(q, context)),
      { error: "a list" },
    )
    .min(1, { error: "at least one readout" }),
  surprise: open({
    step_error: open({ p50: positive("a positive number"), p90: positive("a positive number"), p99: positive("a positive number") }),
  }),
  training: record,
  success: record.nullish(),
}).superRefine((m, context) => {
  const say = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  const latentSize = m.latent.image_size + m.proprioception.length;
  if (m.latent.size !== latentSize)
    say(["latent", "size"], `${latentSize}: image_size ${m.latent.image_size} and ${m.proprioception.length} entries of proprioception`);
  if (m.latent.patches !== undefined && (m.latent.layout !== "patches" || m.latent.image_size % m.latent.patches !== 0))
    say(["latent", "patches"], "a divisor of image_size, with layout patches only");
  if (m.goal === "position" && m.arena === undefined) say(["arena"], "where places are, for goals that are positions");
  const stepS = m.action.block * m.action.period_s;
  if (Math.abs(m.step_s - stepS) > 1e-6) say(["step_s"], `${+stepS.toFixed(6)}: action.block × action.period_s`);
  const { p50, p90, p99 } = m.surprise.step_error;
  if (p50 > p90 || p90 > p99) say(["surprise", "step_error"], "p50 <= p90 <= p99");
  for (const [path, names] of [
    [["action", "axes"], m.action.axes],
    [["proprioception"], m.proprioception],
    [["readouts"], m.readouts],
  ] as const) {
    const twice = names.find((q, i) => names.findIndex((other) => other.name === q.name) < i);
    if (twice) say([...path], `every name once (${twice.name} is there twice)`);
  }
  const files = Object.values(m.graphs).map((g) => g?.file);
  if (new Set(files).size < files.length) say(["graphs"], "a file of its own for each graph");
});

/**
 * Reads and checks `<folder>/model.yaml`. Does not open the graphs: `loadModel` does.
 *
 * Throws RH-MODEL-MISSING (no such file), RH-MODEL-YAML (not YAML), RH-MODEL-SCHEMA (a version this runtime does not know),
 * RH-MODEL-ACTION (action axes, block or step), RH-MODEL-KEY (any other key).
 */
export function readModelFile(folder: string): ModelDescription {
  const path = join(folder, FILE);
  if (!existsSync(path))
    throw new RehearseError("RH-MODEL-MISSING", `${path} does not exist`, "give the folder of a model, the one that holds model.yaml", {
      details: { path },
    });
  return parseModelFile(readFileSync(path, "utf8"), folder);
}

/** As `readModelFile`, for text at hand. `folder` is where its graphs lie. */
export function parseModelFile(yaml: string, folder: string): ModelDescription {
  const path = join(folder, FILE);
  let raw: unknown;
  try {
    if (yaml.length > MOST_CHARACTERS) throw new RangeError(`it has ${yaml.length} characters, of ${MOST_CHARACTERS} at most`);
    raw = parse(yaml, { maxAliasCount: 100, logLevel: "error" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new RehearseError("RH-MODEL-YAML", `${path}: ${reason}`, "correct the YAML, or export the model again", {
      cause,
      details: { path },
    });
  }
  const version = valueAt(raw, ["schema"]);
  if (version !== MODEL_SCHEMA)
    throw new RehearseError(
      "RH-MODEL-SCHEMA",
      `${path}: key schema: found ${show(version)}, expected ${MODEL_SCHEMA}`,
      "export the model again with the training package of this version of Rehearse",
      { details: { path, found: version, expected: MODEL_SCHEMA } },
    );
  const result = schema.safeParse(raw);
  if (!result.success) throw refusal(path, raw, result.error.issues);
  const m = result.data;
  return {
    folder,
    name: m.name,
    world: m.world,
    licence: m.licence,
    robot: m.robot,
    graphs: withoutUndefined(m.graphs),
    image: { widthPx: m.image.width, heightPx: m.image.height, downsample: m.image.downsample },
    proprioception: m.proprioception,
    latentSize: m.latent.size,
    contextFrames: m.latent.context,
    imageLatentSize: m.latent.image_size,
    goal: m.goal,
    blockSize: m.action.block,
    periodS: m.action.period_s,
    axes: m.action.axes,
    stepS: m.step_s,
    trainedSteps: m.horizon.trained_steps,
    arena: m.arena && { xM: m.arena.x_m, yM: m.arena.y_m },
    readouts: m.readouts.map(({ name, unit, r2, mae }) => ({ name, unit, r2, mae })),
    stepError: { p50: m.surprise.step_error.p50, p90: m.surprise.step_error.p90, p99: m.surprise.step_error.p99 },
    training: m.training,
    success: m.success ?? {},
  };
}

function refusal(path: string, raw: unknown, issues: readonly z.core.$ZodIssue[]): RehearseError {
  const lines = issues.map((issue) => `key ${issue.path.join(".")}: found ${show(valueAt(raw, issue.path))}, expected ${issue.message}`);
  const action = issues.some((issue) => issue.path[0] === "action" || issue.path[0] === "step_s");
  return new RehearseError(
    action ? "RH-MODEL-ACTION" : "RH-MODEL-KEY",
    `${path}: ${lines.slice(0, 5).join("; ")}${lines.length > 5 ? `; and ${lines.length - 5} more` : ""}`,
    "correct model.yaml (docs/reference/model-folder.md explains every key), or export the model again",
    { details: { path, keys: keyFaults(issues, raw) } },
  );
}

function unexpected(issue: { code?: string | undefined; keys?: unknown }, shape: z.ZodRawShape): string {
  const known = `only the keys ${Object.keys(shape).join(", ")}`;
  return issue.code === "unrecognized_keys" && Array.isArray(issue.keys)
    ? `${known} (not ${issue.keys.join(", ")})`
    : `a map with ${known}`;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value); // JSON would print null for NaN
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
