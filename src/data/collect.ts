import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readRobotFile } from "../config/robot-file.js";
import { RehearseError } from "../core/error.js";
import type { LoadedModel } from "../core/model.js";
import type { RobotDescription } from "../core/robot-description.js";
import { isTaskWorld, type WorldCamera, type WorldDefinitionBase } from "../core/world.js";
import { seededRandom } from "../math/random.js";
import { type CameraIntrinsics, messageFromIntrinsics } from "../messages/camera-info.js";
import { FRAME_IDS } from "../messages/frame-ids.js";
import { imageFromFrame } from "../messages/image.js";
import { commandMessageFromJoints, jointStateMessage } from "../messages/joint-state.js";
import { messageFromScan } from "../messages/laser-scan.js";
import { messageFromTruth } from "../messages/multi-array.js";
import { messageFromOdometry } from "../messages/odometry.js";
import { twistStampedFromCommand } from "../messages/twist.js";
import { BagFile } from "../recording/bag-file.js";
import { BagFileReader } from "../recording/bag-file-reader.js";
import { type FileSummary, writeBagMetadata } from "../recording/bag-metadata.js";
import { BAG_TOPICS } from "../recording/topics.js";
import { writeError } from "../recording/write-error.js";
import { projectPath } from "../runtime/project-path.js";
import { worldDefinition } from "../worlds/index.js";
import { WorldRobot } from "../worlds/world-robot.js";
import { CuriousExplorer, loadEnsemble } from "./curious-explorer.js";

export interface CollectOptions {
  readonly world: string;
  readonly episodes: number;
  /** Length of an episode; rounded up to whole control periods. */
  readonly seconds: number;
  /** Episode `i` is the world with seed `seed + i`, driven by chance of the same seed. */
  readonly seed: number;
  /** Folder; made when it does not exist. */
  readonly out: string;
  readonly cameraHz: number;
  /** Folders of models: go where these disagree, instead of by the world's own explorer alone. */
  readonly curious?: readonly string[];
}

export interface CollectProgress {
  /** Episodes that are there now, skipped ones included. */
  readonly done: number;
  readonly episodes: number;
  readonly skipped: number;
  /** Frames recorded by this run, and how fast. */
  readonly frames: number;
  readonly framesPerS: number;
}

const NS_PER_S = 1_000_000_000n;
/** metadata.yaml is brought up to date this often, so that a folder in the making is a bag already. */
const METADATA_EVERY = 50;

/**
 * Records exploration of an embedded world: one MCAP file an episode (`episode-00000.mcap`, …), and `metadata.yaml` beside them, so that the
 * folder is one rosbag2 bag. Episodes follow one another in bag time with 1 s between them. The same options give the same bytes.
 * Finished episodes are kept: a run that was interrupted goes on where it stopped, and a larger `episodes` adds to what is there.
 * @throws RehearseError RH-COLLECT-OTHER when the folder holds episodes of other options
 */
export async function collect(
  options: CollectOptions,
  onProgress: (progress: CollectProgress) => void = () => {},
): Promise<CollectProgress> {
  check(options);
  const robot = readRobotFile(projectPath(`calibration/${worldDefinition(options.world).robot}/robot.yaml`));
  const models = options.curious && (await loadEnsemble(options.curious, options.world, robot));
  const { out, episodes } = options;
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw writeError(out, cause);
  });
  const present = new Set(await readdir(out));
  const startedMs = performance.now();
  const files: FileSummary[] = [];
  let skipped = 0;
  let frames = 0;
  const progress = (): CollectProgress => ({
    done: files.length,
    episodes,
    skipped,
    frames,
    framesPerS: frames / Math.max(1e-3, (performance.now() - startedMs) / 1000),
  });
  try {
    for (let episode = 0; episode < episodes; episode++) {
      const name = `episode-${String(episode).padStart(5, "0")}.mcap`;
      const path = join(out, name);
      const about = { ...aboutEpisode(options, episode), ...(models && { curious: ensembleOf(models) }) };
      const finished = present.has(name) ? await finishedEpisode(path, { curious: "", ...about }) : undefined;
      if (finished === undefined) {
        const file = await recordEpisode(path, options, episode, about, robot, models);
        files.push(file);
        frames += file.topics.find((topic) => topic.name === BAG_TOPICS.image.name)?.messages ?? 0;
      } else {
        files.push(finished);
        skipped += 1;
      }
      if ((episode + 1) % METADATA_EVERY === 0) await writeBagMetadata(out, files, aboutBag(options));
      onProgress(progress());
    }
  } finally {
    for (const model of models ?? []) await model.dispose();
  }
  await writeBagMetadata(out, files, aboutBag(options));
  return progress();
}

/** Written under another name first: a file that has its name is whole. */
async function recordEpisode(
  path: string,
  options: CollectOptions,
  episode: number,
  about: Readonly<Record<string, string>>,
  description: RobotDescription,
  models: readonly LoadedModel[] | undefined,
): Promise<FileSummary> {
  const partPath = `${path}.part`;
  await rm(partPath, { force: true });
  const { seconds, seed, cameraHz } = options;
  const pauseNs = (BigInt(Math.ceil(seconds)) + 1n) * NS_PER_S;
  const definition: WorldDefinitionBase = worldDefinition(options.world);
  const world = definition.create({ seed: seed + episode, startNs: NS_PER_S + BigInt(episode) * pauseNs });
  const jointNames = description.joints.map(({ name }) => name);
  const random = seededRandom(seed + episode).fork("explore");
  const blind = definition.explorer(world, random);
  const explorer = models ? new CuriousExplorer(models, world, blind, random.fork("curious"), description) : blind;
  // One chunk a few seconds long: pictures differ so little that the compressor profits from seeing many at once.
  const bag = await BagFile.create(partPath, {
    chunkBytes: 1 << 20,
    chunkSpanNs: 10n * NS_PER_S,
    level: 3,
    finalPath: path,
    about,
  });
  const robot = new WorldRobot(world, { cameraPeriodNs: BigInt(Math.round(1e9 / cameraHz)) });
  robot.odometry.subscribe((odometry) =>
    bag.write(BAG_TOPICS.odometry, messageFromOdometry(odometry, FRAME_IDS.odom, FRAME_IDS.base), odometry.stampNs),
  );
  robot.joints.subscribe((joints) => bag.write(BAG_TOPICS.jointStates, jointStateMessage(jointNames, joints), joints.stampNs));
  robot.scans.subscribe((scan) => bag.write(BAG_TOPICS.scan, messageFromScan(scan, FRAME_IDS.scan), scan.stampNs));
  robot.frames.subscribe((frame) => {
    bag.write(BAG_TOPICS.cameraInfo, messageFromIntrinsics(intrinsics(definition.camera, frame.width), frame.stampNs), frame.stampNs);
    if (isTaskWorld(world)) bag.write(BAG_TOPICS.truth, messageFromTruth(world.quantities, world.truth()), frame.stampNs);
    bag.write(BAG_TOPICS.image, imageFromFrame(frame, FRAME_IDS.camera), frame.stampNs);
  });
  robot.advance(0n);
  const periodNs = BigInt(Math.round(definition.controlPeriodS * 1e9));
  const ticks = Math.ceil(seconds / definition.controlPeriodS - 1e-9);
  for (let tick = 0; tick < ticks; tick++) {
    const command = await explorer.next();
    if (command.kind === "twist")
      bag.write(BAG_TOPICS.command, twistStampedFromCommand(command, world.stampNs, FRAME_IDS.base), world.stampNs);
    else bag.write(BAG_TOPICS.jointsProposed, commandMessageFromJoints(command, jointNames, world.stampNs), world.stampNs);
    robot.command(command);
    robot.advance(periodNs);
  }
  robot.close();
  const summary = await bag.close();
  await rename(partPath, path).catch((cause: unknown) => {
    throw writeError(path, cause);
  });
  return summary;
}

/** @returns undefined when the file is damaged: then the episode is done again */
async function finishedEpisode(path: string, expected: Readonly<Record<string, string>>): Promise<FileSummary | undefined> {
  const file = await BagFileReader.open(path);
  if (file.damage !== undefined) return undefined;
  for (const [key, value] of Object.entries(expected)) {
    if ((file.about[key] ?? "") !== value) {
      throw new RehearseError(
        "RH-COLLECT-OTHER",
        `${path} was collected with ${key} ${file.about[key] ?? "unknown"}, now it is ${value || "none"}`,
        "collect into another folder, or with the same options as before",
      );
    }
  }
  return file;
}

function aboutBag({ world, seconds, seed, cameraHz }: CollectOptions): Record<string, string> {
  return { world, seconds: String(seconds), seed: String(seed), camera_hz: String(cameraHz) };
}

function aboutEpisode(options: CollectOptions, episode: number): Record<string, string> {
  return { ...aboutBag(options), seed: String(options.seed + episode), episode: String(episode) };
}

/** By which models it was: their encoders. */
function ensembleOf(models: readonly LoadedModel[]): string {
  return models.map(({ description }) => description.graphs.encoder.sha256.slice(0, 12)).join(" ");
}

/** An overhead camera as a pinhole so high that a metre on the floor is as many pixels as in the picture. */
const CAMERA_HEIGHT_M = 4.4;

function intrinsics(camera: WorldCamera, sizePx: number): CameraIntrinsics {
  const focalPx = "viewM" in camera ? (sizePx * CAMERA_HEIGHT_M) / camera.viewM : sizePx / 2 / Math.tan(camera.fieldOfViewRad / 2);
  return { width: sizePx, height: sizePx, fxPx: focalPx, fyPx: focalPx, cxPx: sizePx / 2, cyPx: sizePx / 2 };
}

function check({ world, episodes, seconds, seed, cameraHz }: CollectOptions): void {
  worldDefinition(world);
  const wrong = (what: string, fix: string): RehearseError => new RehearseError("RH-COLLECT-OPTION", what, fix);
  if (!Number.isInteger(episodes) || episodes < 1) throw wrong(`${episodes} episodes`, "ask for a whole number from 1");
  if (!(seconds > 0 && seconds <= 86_400)) throw wrong(`episodes of ${seconds} s`, "ask for more than 0 and at most 86400 seconds");
  if (!Number.isInteger(seed) || seed < 0) throw wrong(`seed ${seed}`, "give a whole number from 0");
  if (!(cameraHz > 0 && cameraHz <= 1000)) throw wrong(`a camera at ${cameraHz} Hz`, "ask for more than 0 and at most 1000 Hz");
}
