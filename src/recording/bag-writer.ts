import { mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { BagFile, type BagFileOptions } from "./bag-file.js";
import { type FileSummary, writeBagMetadata } from "./bag-metadata.js";
import type { BagTopic } from "./topics.js";
import { writeError } from "./write-error.js";

/** A rosbag2 bag as `ros2 bag record` makes it: a folder with `<name>_0.mcap`, and `metadata.yaml` once it is closed. Writing is as for `BagFile`. */
export class BagWriter {
  private constructor(
    readonly folder: string,
    private readonly file: BagFile,
    private readonly about: Readonly<Record<string, string>>,
  ) {}

  /** @throws RehearseError RH-BAG-EXISTS when the folder is there already, even empty; RH-BAG-WRITE when it can't be made */
  static async create(folder: string, options: BagFileOptions = {}): Promise<BagWriter> {
    const path = resolve(folder);
    try {
      await mkdir(dirname(path), { recursive: true });
      await mkdir(path);
    } catch (cause) {
      throw writeError(path, cause);
    }
    return new BagWriter(path, await BagFile.create(join(path, `${basename(path)}_0.mcap`), options), options.about ?? {});
  }

  get pendingBytes(): number {
    return this.file.pendingBytes;
  }

  write<Message>(topic: BagTopic<Message>, message: Message, logNs: bigint, publishNs = logNs): void {
    this.file.write(topic, message, logNs, publishNs);
  }

  writeRaw(topic: BagTopic, cdr: Uint8Array, logNs: bigint, publishNs = logNs): void {
    this.file.writeRaw(topic, cdr, logNs, publishNs);
  }

  flush(): Promise<void> {
    return this.file.flush();
  }

  async close(): Promise<FileSummary> {
    const summary = await this.file.close();
    await writeBagMetadata(this.folder, [summary], this.about);
    return summary;
  }
}
