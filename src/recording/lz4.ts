/**
 * Decodes one LZ4 frame (LZ4 frame format 1.6), as recorders put around chunks. Its checksums are skipped: chunks have one of their own.
 * @throws RangeError when the frame is damaged or does not hold exactly `size` bytes
 */
export function decompressLz4(data: Uint8Array, size: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new RangeError("not an LZ4 frame");
  const flags = data[4]!;
  const blockChecksums = (flags & 0x10) !== 0;
  // Magic, flags, block size; then content size and dictionary when flagged; then the header's checksum.
  let at = 6 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0) + 1;
  const out = new Uint8Array(size);
  let filled = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    const block = data.subarray(at, at + length);
    if (block.length < length) throw new RangeError("an LZ4 block is cut off");
    if (word >>> 31 === 1) {
      if (filled + length > size) throw new RangeError("an LZ4 frame holds more than it says");
      out.set(block, filled);
      filled += length;
    } else filled = decodeBlock(block, out, filled);
    at += length + (blockChecksums ? 4 : 0);
  }
  if (filled !== size) throw new RangeError(`an LZ4 frame holds ${filled} bytes, not ${size}`);
  return out;
}

/** LZ4 block format: sequences of literals, each but the last followed by a copy of earlier output. @returns where the output ends */
function decodeBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble === 15) {
      let byte: number | undefined;
      do {
        byte = block[from++];
        if (byte === undefined) throw new RangeError("an LZ4 block is cut off");
        sum += byte;
      } while (byte === 255);
    }
    return sum;
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = length(token >>> 4);
    if (from + literals > block.length || to + literals > out.length) throw new RangeError("LZ4 literals run over the end");
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) break;
    const distance = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    const copies = length(token & 15) + 4;
    if (distance === 0 || distance > to || to + copies > out.length) throw new RangeError("an LZ4 copy points outside");
    // Byte by byte: source and target may overlap, which repeats a pattern.
    for (const end = to + copies; to < end; to++) out[to] = out[to - distance]!;
  }
  return to;
}
