import fc from "fast-check";
import { expect, it } from "vitest";
import { decompressLz4 } from "../../../src/recording/lz4.js";

/** Made by python-lz4 4.4 (lz4.frame.compress) of the same bytes: 40 × text, then 0 … 63. */
const PLAIN = Uint8Array.from([...Buffer.from("rooms and doors, ".repeat(40)), ...Array.from({ length: 64 }, (_, i) => i)]);
const BLOCK =
  "ff02726f6f6d7320616e6420646f6f72732c201100ffff86f031000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324" +
  "25262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
const LINKED = hex(`04224d186840e802000000000000915a000000${BLOCK}00000000`);
const CHECKED = hex(`04224d187c40e802000000000000185a000000${BLOCK}b847f43f0000000092d3c602`);
const STORED = hex("04224d18604082140000806162636465666768696a6b6c6d6e6f707172737400000000");

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

it("decodes linked blocks, blocks with checksums and a content size, and stored blocks", () => {
  expect(decompressLz4(LINKED, PLAIN.length)).toEqual(PLAIN);
  expect(decompressLz4(CHECKED, PLAIN.length)).toEqual(PLAIN);
  expect(Buffer.from(decompressLz4(STORED, 20)).toString()).toBe("abcdefghijklmnopqrst");
});

it("reads from a view into a larger buffer", () => {
  const shared = new Uint8Array(LINKED.length + 9).fill(7);
  shared.set(LINKED, 5);
  expect(decompressLz4(shared.subarray(5, 5 + LINKED.length), PLAIN.length)).toEqual(PLAIN);
});

it("refuses other sizes than it is told, and what is no frame", () => {
  for (const size of [0, PLAIN.length - 1, PLAIN.length + 1]) expect(() => decompressLz4(LINKED, size)).toThrow(RangeError);
  expect(() => decompressLz4(new Uint8Array(20), 5)).toThrow("not an LZ4 frame");
  expect(() => decompressLz4(new Uint8Array(0), 0)).toThrow("not an LZ4 frame");
});

it("ends with the right size or a RangeError on any damage", () => {
  fc.assert(
    fc.property(fc.nat(CHECKED.length - 1), fc.nat(255), fc.nat(CHECKED.length), (at, value, length) => {
      const damaged = CHECKED.slice(0, length);
      damaged[at] = value;
      try {
        expect(decompressLz4(damaged, PLAIN.length)).toHaveLength(PLAIN.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});
