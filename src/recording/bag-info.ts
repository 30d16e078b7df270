import { open } from "node:fs/promises";
import { McapIndexedReader } from "@mcap/core";
import { parse } from "yaml";
import { RehearseError } from "../core/error.js";
import type { FileSummary } from "./bag-metadata.js";
import { DECOMPRESS_HANDLERS } from "./compression.js";
import { COMMAND_QOS, type Qos } from "./qos.js";
import { RandomAccessFile } from "./random-access-file.js";

export interface BagFileInfo extends FileSummary {
  /** What was given as `about` when the file was recorded; empty for files of others. */
  readonly about: Readonly<Record<string, string>>;
}

/**
 * What a finished file says of itself, from its summary alone.
 * @throws RehearseError RH-BAG-BROKEN when it has none: not MCAP, or cut off
 */
export async function bagFileInfo(path: string): Promise<BagFileInfo> {
  const handle = await open(path, "r");
  try {
    const reader = await McapIndexedReader.Initialize({ readable: new RandomAccessFile(handle), decompressHandlers: DECOMPRESS_HANDLERS });
    const statistics = reader.statistics;
    let about: Record<string, string> = {};
    for await (const { metadata } of reader.readMetadata({ name: "rehearse" })) about = Object.fromEntries(metadata);
    return {
      path,
      startNs: statistics?.messageStartTime ?? 0n,
      endNs: statistics?.messageEndTime ?? 0n,
      messages: Number(statistics?.messageCount ?? 0n),
      topics: [...reader.channelsById.values()].map((channel) => ({
        name: channel.topic,
        type: reader.schemasById.get(channel.schemaId)?.name ?? "",
        typeHash: channel.metadata.get("topic_type_hash") ?? "",
        qos: qosOf(channel.metadata.get("offered_qos_profiles")),
        messages: Number(statistics?.channelMessageCounts.get(channel.id) ?? 0n),
      })),
      about,
    };
  } catch (cause) {
    throw new RehearseError("RH-BAG-BROKEN", `${path} has no readable summary`, "it is no MCAP file, or its recording was cut off", {
      cause,
    });
  } finally {
    await handle.close();
  }
}

function qosOf(profiles: string | undefined): Qos {
  const first = profiles === undefined ? undefined : (parse(profiles) as Partial<Qos>[] | null)?.[0];
  return { ...COMMAND_QOS, ...(first && { reliability: first.reliability, durability: first.durability, depth: first.depth }) } as Qos;
}
