import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { RehearseError } from "../core/error.js";
import { valueAt } from "./key-faults.js";

/** The files of a robot's folder, as `rehearse new` writes them. */
export const FOLDER_FILES = {
  robot: "robot.yaml",
  camera: "camera.yaml",
  training: "training.yaml",
  parameters: "parameters.yaml",
  launch: "robot.launch.py",
  readme: "README.md",
} as const;

/** Names of a robot's topics, by ours: `image`, `odom`, `scan`, `cmd_vel`; of an arm `joint_states`, `commands`. Those that have our name are left out. */
export type Remappings = Readonly<Record<string, string>>;

/** What a robot's folder says. What has no file there is absent. */
export interface RobotFolder {
  readonly folder: string;
  readonly robotFile: string;
  readonly parameterFile?: string;
  /** The picture of the camera file. */
  readonly camera?: { readonly widthPx: number; readonly heightPx: number };
  readonly training?: TrainingFacts;
  readonly remappings: Remappings;
}

/** What the training configuration says of the robot, which is also where its topics' names are. */
export interface TrainingFacts {
  readonly path: string;
  readonly robot: string;
  readonly image: { readonly widthPx: number; readonly heightPx: number };
  readonly periodS: number;
  readonly block: number;
  readonly axes: readonly { readonly name: string; readonly range: readonly [number, number] }[];
}

const count = z.int().positive();
const cameraSchema = z.looseObject({ image_width: count, image_height: count });
const topic = z.string().min(1).optional();
const trainingSchema = z.looseObject({
  robot: z.looseObject({ name: z.string() }),
  topics: z.looseObject({ image: topic, odometry: topic, scan: topic, command: topic, joint_states: topic }).optional(),
  image: z.looseObject({ width: count, height: count }).optional(),
  action: z.looseObject({
    block: count.default(4),
    period_s: z.number().positive().default(0.05),
    axes: z.array(z.looseObject({ name: z.string(), range: z.tuple([z.number(), z.number()]) })),
  }),
});

/**
 * @param given a robot's folder, or its robot file, whatever that is called; what lies beside it counts
 * @throws RehearseError RH-ROBOT-READ when there is none, RH-ROBOT-FOLDER when another file of it can't be used
 */
export function readRobotFolder(given: string): RobotFolder {
  const path = resolve(given);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const folder = isFolder ? path : dirname(path);
  const robotFile = isFolder ? join(path, FOLDER_FILES.robot) : path;
  if (!existsSync(robotFile)) {
    throw new RehearseError(
      "RH-ROBOT-READ",
      `no robot file can be read at ${robotFile}`,
      "give a robot's folder or file; ./rehearse new makes one",
      {
        details: { path: robotFile },
      },
    );
  }
  const file = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  const [cameraFile, trainingFile, parameterFile] = [file(FOLDER_FILES.camera), file(FOLDER_FILES.training), file(FOLDER_FILES.parameters)];
  const camera = cameraFile && contentOf(cameraFile, cameraSchema);
  const training = trainingFile ? contentOf(trainingFile, trainingSchema) : undefined;
  const { topics } = training ?? {};
  return {
    folder,
    robotFile,
    ...(parameterFile && { parameterFile }),
    ...(camera && { camera: { widthPx: camera.image_width, heightPx: camera.image_height } }),
    ...(training && {
      training: {
        path: trainingFile!,
        robot: training.robot.name,
        image: { widthPx: training.image?.width ?? 64, heightPx: training.image?.height ?? 64 },
        periodS: training.action.period_s,
        block: training.action.block,
        axes: training.action.axes,
      },
    }),
    remappings: remappingsOf(topics ?? {}),
  };
}

function remappingsOf(topics: Readonly<Record<string, unknown>>): Remappings {
  const isArm = typeof topics.joint_states === "string";
  const ours = { image: topics.image, odom: topics.odometry, scan: topics.scan, joint_states: topics.joint_states };
  // The command that an arm's model learns from is the proposed one, which is not remapped.
  const all = isArm ? ours : { ...ours, cmd_vel: topics.command };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1].replace(/^\//, "") !== pair[0]),
  );
}

function contentOf<T extends z.ZodType>(path: string, schema: T): z.output<T> {
  const refused = (what: string, cause?: unknown) =>
    new RehearseError("RH-ROBOT-FOLDER", `${path} ${what}`, `correct it, or make the folder anew: ./rehearse new (${basename(path)})`, {
      cause,
    });
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"), { maxAliasCount: 100, logLevel: "error" });
  } catch (cause) {
    throw refused(`can't be read: ${(cause as Error).message.split("\n")[0]}`, cause);
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw refused(
    `has ${valueAt(content, issue.path) === undefined ? "no" : "a wrong"} ${issue.path.join(".") || "content"}: ${issue.message}`,
  );
}
