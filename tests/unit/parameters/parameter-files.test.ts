import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readParameterFile } from "../../../src/config/parameter-file.js";
import { NODE_PARAMETERS } from "../../../src/parameters/node-parameters.js";
import { resolveParameters } from "../../../src/parameters/resolve-parameters.js";

const NODES = Object.keys(NODE_PARAMETERS) as (keyof typeof NODE_PARAMETERS)[];

const files = [
  ...readdirSync("launch/params").map((name) => join("launch/params", name)),
  ...readdirSync("models", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("controller.yaml"))
    .map((name) => join("models", name)),
];

describe("the parameter files that come with Rehearse", () => {
  it.each(files)("%s gives nodes what they know", (path) => {
    const text = readFileSync(path, "utf8");
    const addressed = NODES.filter((node) => new RegExp(`^\\S*${node}:`, "m").test(text));
    expect(addressed).not.toEqual([]);
    for (const node of addressed) {
      const given = readParameterFile(path, node);
      expect(resolveParameters(NODE_PARAMETERS[node], given, path)).toMatchObject(given);
    }
  });

  it("are all there", () => expect(files.length).toBeGreaterThan(4));
});
