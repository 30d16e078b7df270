import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";
import { clockMessage } from "./sample-bag.js";
import { temporaryFolder } from "./temporary-folder.js";

let bytesFree = 0;

vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  return {
    ...actual,
    open: async (path: string, flags: string): Promise<FileHandle> => {
      const handle = await actual.open(path, flags);
      const writeFile = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        const bytes = data as Uint8Array;
        if (bytes.length > bytesFree) {
          await writeFile(bytes.subarray(0, bytesFree));
          bytesFree = 0;
          throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        }
        bytesFree -= bytes.length;
        await writeFile(bytes);
      };
      return handle;
    },
  };
});

it("says so when the disk is full: at the flush, at later writes, and when closed; what was whole can be read", async () => {
  const { BagFileReader } = await import("../../../src/recording/bag-file-reader.js");
  const path = join(temporaryFolder(), "a.mcap");
  bytesFree = 3000;
  const bag = await BagFile.create(path, { chunkBytes: 1 });
  const write = (ns: bigint): void => bag.write(BAG_TOPICS.clock, clockMessage(ns), ns);
  for (let ns = 1n; ns <= 100n; ns++) write(ns);
  const full = { code: "RH-BAG-WRITE", message: expect.stringContaining("disk is full") };
  await expect(bag.flush()).rejects.toMatchObject(full);
  expect(() => write(101n)).toThrowError(expect.objectContaining(full));
  await expect(bag.close()).rejects.toMatchObject(full);

  const reader = await BagFileReader.open(path);
  expect(reader.damage?.reason).toContain("cut off");
  const stamps: bigint[] = [];
  for await (const { logNs } of reader.read()) stamps.push(logNs);
  expect(stamps.length).toBeGreaterThan(5);
  expect(stamps).toEqual(stamps.map((_, i) => BigInt(i + 1)));
});
