import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { byteProductsAreExact } from "../../../src/onnx/byte-products.js";

it("agrees with what the processor says of itself: x86 is exact with VNNI or AMX, and saturates without", async ({ skip }) => {
  if (process.platform !== "linux" || process.arch !== "x64") return skip();
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  expect(await byteProductsAreExact()).toBe(/\b(avx512_vnni|avx_vnni|amx_int8)\b/.test(flags));
});

it("is asked once a process", () => {
  expect(byteProductsAreExact()).toBe(byteProductsAreExact());
});
