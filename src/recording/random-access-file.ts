import type { FileHandle } from "node:fs/promises";
import type { McapTypes } from "@mcap/core";

/** A file as the MCAP reader wants it. */
export class RandomAccessFile implements McapTypes.IReadable {
  constructor(private readonly handle: FileHandle) {}

  async size(): Promise<bigint> {
    return BigInt((await this.handle.stat()).size);
  }

  /** Exactly `size` bytes in a buffer of their own: never a view into a shared pool, which a later read could change. */
  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    const bytes = new Uint8Array(Number(size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.handle.read(bytes, filled, bytes.length - filled, Number(offset) + filled);
      if (bytesRead === 0) throw new RangeError(`the file ends ${bytes.length - filled} bytes too early`);
      filled += bytesRead;
    }
    return bytes;
  }
}
