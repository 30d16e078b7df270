import type { FileHandle } from "node:fs/promises";
import type { McapTypes } from "@mcap/core";

/** Longer records are taken for damage: their memory would be allocated before a byte is checked. */
const MAX_READ_BYTES = 1 << 28;

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
    if (size > MAX_READ_BYTES) throw new RangeError(`a record claims ${size} bytes, of ${MAX_READ_BYTES} at most`);
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
