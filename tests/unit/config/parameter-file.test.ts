import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parameterFile, readParameterFile } from "../../../src/config/parameter-file.js";

const folder = mkdtempSync(join(tmpdir(), "parameter-file-"));
const file = (text: string) => {
  const path = join(folder, `${Math.abs(Buffer.from(text).reduce((a, b) => (31 * a + b) | 0, 7))}.yaml`);
  writeFileSync(path, text);
  return path;
};

describe("readParameterFile", () => {
  it("takes the node's own section over the one for all nodes, and leaves other nodes' alone", () => {
    const path = file(
      "/**: {ros__parameters: {seed: 1, samples: 8}}\n/**/controller: {ros__parameters: {samples: 16}}\nguard: {ros__parameters: {robot: x}}\n",
    );
    expect(readParameterFile(path, "controller")).toEqual({ seed: 1, samples: 16 });
    expect(readParameterFile(path, "simulation")).toEqual({ seed: 1, samples: 8 });
  });

  it("reads back what parameterFile writes", () => {
    const values = { planner: "cem", samples: 64, planning_budget_s: 0.011 };
    const text = parameterFile("/**/controller", values, ["measured"]);
    expect(text.startsWith("# measured\n")).toBe(true);
    expect(readParameterFile(file(text), "controller")).toEqual(values);
  });

  it.each([
    ["a: [", "cannot be read"],
    ["- 1", "no map of nodes"],
    ["controller: {parameters: {}}", "ros__parameters"],
  ])("refuses %s with RH-PARAM-FILE", (text, why) => {
    expect(() => readParameterFile(file(text), "controller")).toThrow(
      expect.objectContaining({ code: "RH-PARAM-FILE", message: expect.stringContaining(why) }),
    );
  });
});
