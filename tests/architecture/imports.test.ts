import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { FOLDER_NAMES, folderOf, violations } from "./import-rules.js";
import { packageOf, parseSource, readSources, type SourceFile, targetOf } from "./source-file.js";

const sources = readSources("src");
const byPath = new Map(sources.map((file) => [file.path, file]));

describe("imports", () => {
  it("keep the rules", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(violations)).toEqual([]);
  });

  it("lead to files that exist", () => {
    const dead = sources.flatMap(({ path, imports }) =>
      imports.map(({ specifier }) => targetOf(path, specifier)).filter((target) => target !== undefined && !byPath.has(target)),
    );
    expect(dead).toEqual([]);
  });

  it.each([
    ["src/planner/x.ts", 'import { Energy } from "../objective/energy.js";', "meet in core"],
    ["src/planner/x.ts", 'export { Energy } from "../objective/energy.js";', "meet in core"],
    ["src/planner/x.ts", 'import type { Energy } from "../objective/energy.js";', "meet in core"],
    ["src/planner/x.ts", 'const m = await import("../onnx/model.js");', "meet in core"],
    ["src/recording/x.ts", 'import { TOPICS } from "../ros/topics.js";', "what runs brings adapters together"],
    ["src/core/x.ts", 'import { clamp } from "../math/angle.js";', "vocabulary"],
    ["src/core/x.ts", 'import { Subject } from "rxjs";', "streams end"],
    ["src/core/x.ts", 'import { type Observable } from "rxjs";', "streams end"],
    ["src/control/controller.ts", 'import { Finite } from "../guardrails/finite.js";', "only the gate"],
    ["src/runtime/x.ts", 'import { InferenceSession } from "onnxruntime-node";', "the guard must never load it"],
    ["src/runtime/x.ts", 'import { createWorld } from "../worlds/index.js";', "no simulated world"],
    ["src/runtime/x.ts", 'import { evaluate } from "../evaluation/navigation.js";', "no simulated world"],
    ["src/evaluation/x.ts", 'import { goalCommand } from "../cli/goal.js";', "does not know of it"],
    ["src/math/x.ts", 'import { readFileSync } from "node:fs";', "no input or output"],
    ["src/math/x.ts", "const now = Date.now();", "repeated exactly"],
    ["src/planner/x.ts", "const r = Math.random();", "repeated exactly"],
    ["src/control/x.ts", "setInterval(() => {}, 50);", "repeated exactly"],
    ["src/index.ts", 'export { startCommand } from "./cli/start.js";', "terminal"],
    ["src/planner/x.ts", 'import { Cem } from "../index.js";', "public entry"],
    ["src/robots/x.ts", "export const a = 1;", "every folder has its rule"],
  ])("are refused with the reason: %s: %s", (path, text, why) => {
    const found = violations(parseSource(path, text));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(why);
  });

  it.each([
    ["src/control/gate.ts", 'import { Finite } from "../guardrails/finite.js";'],
    ["src/core/x.ts", 'import type { Observable } from "rxjs";'],
    ["src/math/x.ts", "/** Not Math.random, not Date.now(). */ export const text = 'Math.random()';"],
    ["src/runtime/x.ts", "const now = process.hrtime.bigint();"],
  ])("are let through: %s: %s", (path, text) => {
    expect(violations(parseSource(path, text))).toEqual([]);
  });
});

describe("the processes of a robot", () => {
  const guard = reachedBy("src/runtime/run-guard.ts");
  const standby = reachedBy("src/runtime/run-standby.ts");
  const controller = reachedBy("src/runtime/run-controller.ts");
  const simulation = reachedBy("src/runtime/run-simulation.ts");
  const inFolder = (folder: string) => guard.files.filter((path) => folderOf(path) === folder).map((path) => basename(path, ".ts"));

  it("load what this prints", () => {
    for (const [name, { files, packages }] of Object.entries({ guard, standby, controller, simulation })) {
      const folders = [...new Set(files.map(folderOf))].sort();
      const counts = folders.map((folder) => `${folder} ${files.filter((path) => folderOf(path) === folder).length}`);
      console.info(`node ${name}: ${files.length} files (${counts.join(", ")}); packages ${packages.filter(isPackage).sort().join(", ")}`);
    }
    expect(guard.files.length).toBeLessThan(controller.files.length);
  });

  it("the guard holds no model, planner, world, recording, or stream", () => {
    expect([...new Set(guard.files.map(folderOf))].sort()).toEqual([
      "cli",
      "config",
      "control",
      "core",
      "embodiment",
      "guardrails",
      "math",
      "messages",
      "motion",
      "parameters",
      "ros",
      "runtime",
    ]);
    expect(guard.packages.filter(isPackage).sort()).toEqual(["@rgrove/parse-xml", "commander", "ndarray", "rclnodejs", "yaml", "zod"]);
  });

  it("the standby holds no more than the guard, and of what judges only the rules' code", () => {
    const folders = new Set(guard.files.map(folderOf));
    expect([...new Set(standby.files.map(folderOf))].filter((folder) => !folders.has(folder))).toEqual([]);
    expect(standby.packages.filter(isPackage).sort()).toEqual(["@rgrove/parse-xml", "commander", "ndarray", "rclnodejs", "yaml", "zod"]);
    expect(standby.files.filter((path) => folderOf(path) === "control").map((path) => basename(path, ".ts"))).toEqual(["standby"]);
  });

  it("the guard takes of the other parts just what it judges by", () => {
    expect(inFolder("control").sort()).toEqual([
      "body-buffer",
      "footprint-edge",
      "gate",
      "gate-history",
      "guard",
      "moving-objects",
      "obstacle-points",
      "remembered-points",
      "scan-frame",
      "scan-motion",
      "scan-placement",
      "scan-sectors",
      "seen-space",
    ]);
    expect(inFolder("config").sort()).toEqual(["custom-guardrails", "footprint", "key-faults", "robot-file", "urdf", "urdf-xml"]);
    expect(inFolder("runtime").sort()).toEqual(["project-path", "run-guard", "stop-file"]);
    expect(inFolder("ros")).toContain("guard-node");
    expect(inFolder("ros")).not.toContain("controller-node");
  });

  it("the controller holds no simulated world, evaluation, fault, recording or supervisor, and no physics engine", () => {
    const folders = new Set(controller.files.map(folderOf));
    for (const folder of ["worlds", "lockstep", "evaluation", "faults", "data", "recording", "supervisor", "dashboard"])
      expect(folders.has(folder), folder).toBe(false);
    for (const folder of ["onnx", "planner", "mpc", "objective"]) expect(folders.has(folder), folder).toBe(true);
    expect(controller.packages).not.toContain("planck");
    expect(controller.packages.filter((name) => name.startsWith("@mcap") || name.startsWith("@foxglove"))).toEqual([]);
  });

  it("the simulation holds no planner and no model", () => {
    const folders = new Set(simulation.files.map(folderOf));
    for (const folder of ["onnx", "planner", "mpc", "evaluation"]) expect(folders.has(folder), folder).toBe(false);
    expect(simulation.packages).toContain("planck");
  });
});

describe("files", () => {
  it("have named exports only, and names in kebab case that say what is in them", () => {
    expect(sources.filter((file) => file.hasDefaultExport).map((file) => file.path)).toEqual([]);
    const names = sources.map(({ path }) => basename(path));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|misc|common|shared)\.ts$/.test(name))).toEqual([]);
  });

  it("that are one class are named after it, by its first or last words", () => {
    const kebab = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
    const misnamed = sources.filter(({ path, exportedClasses, exportsFunctions }) => {
      const [name, ...more] = exportedClasses;
      if (name === undefined || more.length > 0 || exportsFunctions) return false;
      return !`-${kebab(name)}-`.includes(`-${basename(path, ".ts")}-`);
    });
    expect(misnamed.map(({ path, exportedClasses }) => `${path}: ${exportedClasses}`)).toEqual([]);
  });
});

describe("the folder map in docs/architecture.md", () => {
  const map = /<!-- folder map -->\n+```\n([\s\S]*?)```/.exec(readFileSync("docs/architecture.md", "utf8"))?.[1] ?? "";
  const rows = [...map.matchAll(/^( *)([a-z-]+)\/(?: |$)/gm)].map(([, indent, name]) => ({ inSrc: indent!.length > 0, name: name! }));
  const folders = (path: string) =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

  it("names the folders of the project", () => {
    const ignored = readFileSync(".gitignore", "utf8")
      .split("\n")
      .map((line) => line.replace(/^\/|\/$/g, ""));
    const kept = folders(".").filter((name) => !name.startsWith(".") && !ignored.includes(name));
    expect(
      rows
        .filter((row) => !row.inSrc)
        .map((row) => row.name)
        .sort(),
    ).toEqual(kept.sort());
  });

  it("names the folders of src", () => {
    expect(
      rows
        .filter((row) => row.inSrc)
        .map((row) => row.name)
        .sort(),
    ).toEqual(folders("src").sort());
  });

  it("has a rule for each of them", () => {
    expect(folders("src").filter((name) => !FOLDER_NAMES.includes(name))).toEqual([]);
  });
});

function isPackage(name: string): boolean {
  return !name.startsWith("node:");
}

/** Everything that a process started with `rehearse node …` loads. */
function reachedBy(entry: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  // These two choose what to load by the command line: of what they load on demand, a process is given only its own entry.
  const choosers = ["src/cli/main.ts", "src/cli/node.ts"];
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...choosers, entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const { specifier, kind } of (byPath.get(path) as SourceFile).imports) {
      if (kind === "type" || (kind === "dynamic" && choosers.includes(path))) continue;
      const target = targetOf(path, specifier);
      if (target === undefined) packages.add(packageOf(specifier)!);
      else waiting.push(target);
    }
  }
  return { files: [...files], packages: [...packages] };
}
