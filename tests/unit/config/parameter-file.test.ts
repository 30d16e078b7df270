import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parameterFile, readParameterFile } from "../../../src/config/parameter-file.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";
import { resolveParameters } from "../../../src/parameters/resolve-parameters.js";

const folder = mkdtempSync(join(tmpdir(), "parameter-file-"));
const file = (text: string) => {
  const path = join(folder, `${Math.abs(Buffer.from(text).reduce((a, b) => (31 * a + b) | 0, 7))}.yaml`);
  writeFileSync(path, text);
  return path;
};

/** Nine lines that stand for a thousand million entries. */
function bomb(): string {
  const lines = Array.from(
    { length: 9 },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? "1"
          : Array(10)
              .fill(`*a${i - 1}`)
              .join(", ")
      }]`,
  );
  return `${lines.join("\n")}\ncontroller: {ros__parameters: {extra_costs: *a8}}\n`;
}

describe("readParameterFile", () => {
  it("takes the node's own section over the one for all nodes, and leaves alone what is other nodes'", () => {
    const path = file(
      "/**: {ros__parameters: {seed: 1, samples: 8}}\n/**/controller: {ros__parameters: {samples: 16}}\nguard: {ros__parameters: {robot: x}}\n",
    );
    expect(readParameterFile(path, "controller")).toEqual({ seed: 1, samples: 16 });
    expect(readParameterFile(path, "simulation")).toEqual({ seed: 1 });
  });

  it("joins groups with dots, and takes a node in any namespace", () => {
    const path = file(
      "/fleet/r2/controller:\n  ros__parameters:\n    use_sim_time: true\n    qos_overrides: {/image: {depth: 1}}\n    a: {b: {c: 1}}\n",
    );
    expect(readParameterFile(path, "controller")).toEqual({ "a.b.c": 1 });
  });

  it("keeps names that mean something to objects, for the check of names to refuse", () => {
    const path = file("controller:\n  ros__parameters:\n    __proto__: {polluted: 1}\n    constructor: 2\n");
    const values = readParameterFile(path, "controller");
    expect(Object.keys(values)).toEqual(["__proto__.polluted", "constructor"]);
    expect(() => resolveParameters(CONTROLLER_PARAMETERS, values, path)).toThrow(expect.objectContaining({ code: "RH-PARAM-UNKNOWN" }));
    const bare = readParameterFile(file("controller:\n  ros__parameters:\n    __proto__: 7\n"), "controller");
    expect(() => resolveParameters(CONTROLLER_PARAMETERS, bare, path)).toThrow(expect.objectContaining({ code: "RH-PARAM-UNKNOWN" }));
  });

  it("refuses a name for all nodes that none of them has", () => {
    expect(() => readParameterFile(file("/**: {ros__parameters: {sampels: 1}}\n"), "controller")).toThrow(
      expect.objectContaining({ code: "RH-PARAM-UNKNOWN", fix: "did you mean samples?" }),
    );
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
    ["controler: {ros__parameters: {seed: 1}}", "says nothing to the node 'controller'"],
    [`controller: {ros__parameters: {extra_cost: "${"x".repeat(300_000)}"}}`, "300"],
    [`controller: {ros__parameters: ${"{a: ".repeat(20)}1${"}".repeat(20)}}`, "in more than 8 others"],
    [bomb(), "cannot be read"],
  ])("refuses %.60s with RH-PARAM-FILE", (text, why) => {
    expect(() => readParameterFile(file(text), "controller")).toThrow(
      expect.objectContaining({ code: "RH-PARAM-FILE", message: expect.stringContaining(why) }),
    );
  });
});
