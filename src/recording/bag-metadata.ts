import { rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import type { Qos } from "../messages/qos.js";
import { qosProfile } from "./qos.js";
import { writeError } from "./write-error.js";

/** What rosbag2's metadata says of one topic. */
export interface TopicSummary {
  readonly name: string;
  readonly type: string;
  readonly typeHash: string;
  readonly qos: Qos;
  readonly messages: number;
}

/** What rosbag2's metadata says of one file. */
export interface FileSummary {
  readonly path: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly messages: number;
  readonly topics: readonly TopicSummary[];
}

/** ROS distribution whose message definitions are written. */
export const ROS_DISTRO = "jazzy";

/**
 * rosbag2's `metadata.yaml`, version 9, for files that belong to one bag. Paths are cut to file names: all lie in one folder.
 * `custom` shows up under `custom_data` and in `ros2 bag info --verbose`.
 */
export function bagMetadata(files: readonly FileSummary[], custom: Readonly<Record<string, string>> = {}): string {
  const filled = files.filter((file) => file.messages > 0);
  const starts = filled.map((file) => file.startNs).sort(byTime);
  const ends = filled.map((file) => file.endNs).sort(byTime);
  const startNs = starts[0] ?? 0n;
  const endNs = ends.at(-1) ?? 0n;
  const topics = new Map<string, TopicSummary>();
  for (const topic of files.flatMap((file) => file.topics)) {
    topics.set(topic.name, { ...topic, messages: topic.messages + (topics.get(topic.name)?.messages ?? 0) });
  }
  const bag = {
    version: 9,
    storage_identifier: "mcap",
    duration: { nanoseconds: endNs - startNs },
    starting_time: { nanoseconds_since_epoch: startNs },
    message_count: files.reduce((sum, file) => sum + file.messages, 0),
    topics_with_message_count: [...topics.values()].map((topic) => ({
      topic_metadata: {
        name: topic.name,
        type: topic.type,
        serialization_format: "cdr",
        offered_qos_profiles: [qosProfile(topic.qos)],
        type_description_hash: topic.typeHash,
      },
      message_count: topic.messages,
    })),
    compression_format: "",
    compression_mode: "",
    relative_file_paths: files.map((file) => basename(file.path)),
    files: files.map((file) => ({
      path: basename(file.path),
      starting_time: { nanoseconds_since_epoch: file.startNs },
      duration: { nanoseconds: file.endNs - file.startNs },
      message_count: file.messages,
    })),
    custom_data: Object.keys(custom).length === 0 ? null : custom,
    ros_distro: ROS_DISTRO,
  };
  return stringify({ rosbag2_bagfile_information: bag }, { aliasDuplicateObjects: false });
}

function byTime(a: bigint, b: bigint): number {
  return Number(a - b);
}

/** Replaces what is there in one step. @throws RehearseError RH-BAG-WRITE */
export async function writeBagMetadata(
  folder: string,
  files: readonly FileSummary[],
  custom: Readonly<Record<string, string>> = {},
): Promise<void> {
  const path = join(folder, "metadata.yaml");
  try {
    await writeFile(`${path}.part`, bagMetadata(files, custom));
    await rename(`${path}.part`, path);
  } catch (cause) {
    throw writeError(path, cause);
  }
}
