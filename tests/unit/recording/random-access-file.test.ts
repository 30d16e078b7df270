import { mkdtempSync } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RandomAccessFile } from "../../../src/recording/random-access-file.js";

describe("a file of a bag", () => {
  it("is never read in pieces that would fill the memory, even when it has the bytes", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "random-access-")), "sparse");
    await writeFile(path, "abc");
    await truncate(path, 2 ** 31);
    const handle = await open(path);
    try {
      const file = new RandomAccessFile(handle);
      expect(Buffer.from(await file.read(0n, 3n)).toString()).toBe("abc");
      await expect(file.read(0n, 2n ** 30n)).rejects.toThrow("claims 1073741824 bytes, of 268435456 at most");
      await expect(file.read(2n ** 31n - 1n, 2n)).rejects.toThrow("has no 2 bytes");
    } finally {
      await handle.close();
    }
  });
});
