import type { FileHandle } from "node:fs/promises";
import type { McapTypes } from "@mcap/core";

/** Node takes a 32-bit length. */
const MAX_READ_BYTES = 1 << 30;

/** A file as the MCAP reader wants it. */
export class RandomAccessFile implements McapTypes.IReadable {
  constructor(private readonly handle: FileHandle) {}

  async size(): Promise<bigint> {
    return BigInt((await this.handle.stat()).size);
  }

  /**
   * Exactly `size` bytes in a buffer of their own: never a view into a shared pool, which a later read could change.
   * @throws RangeError when the file does not have them. Checked first: a damaged index asks for lengths that end the process in Node.
   */
  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    if (offset + size > (await this.size())) throw new RangeError(`the file has no ${size} bytes at ${offset}`);
    const bytes = new Uint8Array(Number(size));
    let filled = 0;
    while (filled < bytes.length) {
      const length = Math.min(bytes.length - filled, MAX_READ_BYTES);
      const { bytesRead } = await this.handle.read(bytes, filled, length, Number(offset) + filled);
      if (bytesRead === 0) throw new RangeError(`the file ends ${bytes.length - filled} bytes too early`);
      filled += bytesRead;
    }
    return bytes;
  }
}
