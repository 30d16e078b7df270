import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { expect, it } from "vitest";

const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8", maxBuffer: 2 ** 26 })
  .split("\0")
  .filter((path) => path !== "")
  .map((path) => ({ path, bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0 }));

it("a clone stays small: all models within 50 MB, any other file within 1 MB", () => {
  const models = files.filter(({ path }) => path.startsWith("models/"));
  const sum = models.reduce((total, { bytes }) => total + bytes, 0);
  expect(models.length).toBeGreaterThan(10);
  expect(sum, `${(sum / 1e6).toFixed(1)} MB of models`).toBeLessThanOrEqual(50e6);
  expect(files.filter(({ path, bytes }) => !path.startsWith("models/") && bytes > 1e6)).toEqual([]);
});

it("nothing is kept that a command makes again", () => {
  const made = /(^|\/)(node_modules|dist|runs|reports|coverage|__pycache__)\/|\.(pt|ckpt|mcap|db3)$/;
  const kept = files.map(({ path }) => path).filter((path) => made.test(path) && !path.startsWith("tests/fixtures/"));
  expect(kept).toEqual([]);
});
