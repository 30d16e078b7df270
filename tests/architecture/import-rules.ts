import { packageOf, type SourceFile, targetOf } from "./source-file.js";

interface FolderRule {
  readonly may: readonly string[];
  readonly why: string;
}

const BOX =
  "the boxes of the picture meet in core, so that each can be read, tested and replaced without the others; mpc puts them together";
const ADAPTER = "an adapter speaks to one thing outside; what runs brings adapters together, so that each can be left out";
const ROBOT = "what runs on a robot carries no simulated world, no evaluation and no fault with it";
const BOXES = ["control", "planner", "objective", "guardrails", "memory", "perception", "world-model"];

/** Folders of src/ that a folder may import from, besides itself. */
const FOLDERS: Readonly<Record<string, FolderRule>> = {
  core: { may: [], why: "core is the vocabulary that everything knows: what it imported, everything would depend on" },
  math: { may: ["core"], why: "math knows nothing of robots" },
  embodiment: {
    may: ["core", "math", "motion"],
    why: "what a kind of body is like is said in one file, which the guard's process loads, too: it must not drag anything else there",
  },
  motion: { may: ["core", "math"], why: "guards and worlds share the motion of bodies; it must not drag anything else into the guard" },
  perception: { may: ["core", "math", "embodiment"], why: BOX },
  memory: { may: ["core", "math"], why: BOX },
  "world-model": { may: ["core", "math"], why: BOX },
  objective: { may: ["core", "math", "embodiment"], why: BOX },
  planner: { may: ["core", "math"], why: `a planner knows actions and scores and nothing else; ${BOX}` },
  guardrails: { may: ["core", "math", "embodiment", "motion"], why: `guardrails judge motion, never latents; ${BOX}` },
  control: {
    may: ["core", "math", "embodiment", "motion"],
    why: `${BOX}; only the gate, what it remembers, and the guard around it know the guardrails; what may be acted on, frames too, is judged here and not in perception, which makes of a frame what an encoder takes`,
  },
  mpc: {
    may: ["core", "math", "motion", "embodiment", ...BOXES.filter((box) => box !== "guardrails")],
    why: "mpc makes one plan of one request: guardrails are handed to it, and it knows no ROS, no file format and no clock",
  },
  parameters: {
    may: ["core", "objective"],
    why: "one schema for files, command lines, nodes and the docs: it knows none of them; costs declare their own parameters, which join the table",
  },
  messages: { may: ["core", "math"], why: "one codec for nodes and bags: it knows neither a ROS node nor a file" },
  ros: { may: ["core", "math", "embodiment", "messages", "parameters"], why: ADAPTER },
  recording: { may: ["core", "math", "messages"], why: ADAPTER },
  onnx: { may: ["core", "math", "embodiment"], why: ADAPTER },
  config: { may: ["core", "math", "embodiment", "parameters"], why: ADAPTER },
  dashboard: { may: ["core", "math"], why: ADAPTER },
  worlds: { may: ["core", "math", "motion"], why: ADAPTER },
  runtime: {
    may: ["core", "math", "parameters", "motion", "embodiment", ...BOXES, "mpc", "messages", "ros", "onnx", "config"],
    why: ROBOT,
  },
  lockstep: {
    may: ["core", "math", "parameters", "motion", "embodiment", ...BOXES, "mpc", "runtime", "worlds", "recording", "config"],
    why: "lockstep runs the controller in simulated time, without ROS 2",
  },
  supervisor: {
    may: ["core", "math", "ros", "messages", "dashboard", "worlds", "runtime", "lockstep"],
    why: "the supervisor starts processes and speaks to them by topics, as any other program would",
  },
  introspection: {
    may: ["core", "messages", "ros", "recording"],
    why: "it shows what is in the ROS graph and in bags, whoever's it is, and needs nothing of how robots are driven",
  },
  evaluation: {
    may: [
      "core",
      "math",
      "parameters",
      "motion",
      "embodiment",
      ...BOXES,
      "mpc",
      "onnx",
      "ros",
      "config",
      "worlds",
      "runtime",
      "lockstep",
      "supervisor",
    ],
    why: "evaluation judges from outside; what it judges does not know of it",
  },
  faults: {
    may: ["core", "math", "messages", "ros", "recording", "config", "runtime", "lockstep", "supervisor", "evaluation"],
    why: "faults are done to processes, from outside; what they are done to does not know of them",
  },
  data: {
    may: [
      "core",
      "math",
      "motion",
      "embodiment",
      ...BOXES,
      "mpc",
      "messages",
      "onnx",
      "ros",
      "recording",
      "config",
      "worlds",
      "runtime",
      "lockstep",
    ],
    why: "data for training are made and recorded here; nothing that runs needs it",
  },
  cli: {
    may: ["core", "runtime", "lockstep", "supervisor", "introspection", "evaluation", "faults", "data", "worlds"],
    why: "a command parses its flags and calls what does the work, so that everything can be done without a terminal too",
  },
};

/** Files that may import from one more folder than their own folder may. */
const EXCEPTIONS: readonly { readonly file: string; readonly folder: string }[] = [
  { file: "src/control/gate.ts", folder: "guardrails" },
  { file: "src/control/gate-history.ts", folder: "guardrails" },
  { file: "src/control/guard.ts", folder: "guardrails" },
  { file: "src/control/standby.ts", folder: "guardrails" },
  // The process that takes the place of a robot; a robot's own never loads it.
  { file: "src/runtime/run-simulation.ts", folder: "worlds" },
  { file: "src/runtime/world-module.ts", folder: "worlds" },
];

interface PackageRule {
  readonly in: readonly string[];
  /** Besides, as types only. */
  readonly typesIn?: readonly string[];
  readonly why: string;
}

/** Where real time passes and processes run. */
const REAL_TIME = ["ros", "runtime", "supervisor", "introspection", "evaluation", "faults", "data"];
/** Who reads and writes files. */
const DOES_FILES = [
  "config",
  "onnx",
  "recording",
  "ros",
  "mpc",
  "runtime",
  "lockstep",
  "supervisor",
  "introspection",
  "evaluation",
  "faults",
  "data",
  "cli",
];

/** Every package that src/ may import, and where. */
const PACKAGES: Readonly<Record<string, PackageRule>> = {
  "onnxruntime-node": { in: ["onnx"], why: "another way to run graphs must be one more folder; and the guard must never load it" },
  rclnodejs: { in: ["ros"], why: "everything else runs and is tested without ROS 2" },
  "@mcap/core": { in: ["recording"], why: "the file format is recording's own affair" },
  "@foxglove/rosmsg": { in: ["recording"], why: "the wire format of bags is recording's own affair" },
  "@foxglove/rosmsg-msgs-common": { in: ["recording"], why: "the wire format of bags is recording's own affair" },
  "@foxglove/rosmsg2-serialization": { in: ["recording"], why: "the wire format of bags is recording's own affair" },
  "@foxglove/wasm-zstd": { in: ["recording"], why: "the compression of bags is recording's own affair" },
  mathjs: {
    in: ["objective"],
    why: "it reads the expressions of costs at set-up; in a loop over samples it would be a thousand times too slow",
  },
  rxjs: {
    in: ["ros", "recording", "worlds", "dashboard"],
    typesIn: ["core"],
    why: "streams end where they enter: between frame and command there are plain calls, so that a stack trace is the data flow",
  },
  ndarray: { in: ["math"], typesIn: ["core"], why: "tensors are made and flattened in one place" },
  planck: { in: ["worlds"], why: "a physics engine is for embedded worlds; what guards and planners know of motion is in motion/" },
  "fast-png": { in: ["evaluation"], why: "pictures are written where files are" },
  commander: { in: ["cli"], why: "only commands have flags" },
  yaml: {
    in: ["config", "recording", "introspection"],
    why: "files that people write are read in config, the metadata of bags in recording, messages on a command line in introspection",
  },
  "@rgrove/parse-xml": { in: ["config"], why: "an arm's URDF is read where the robot file is" },
  zod: { in: ["config"], why: "what comes in is checked where it is read, once" },
  "node:fs": { in: DOES_FILES, why: "boxes, worlds and mathematics do no input or output" },
  "node:path": { in: DOES_FILES, why: "boxes, worlds and mathematics do no input or output" },
  "node:url": { in: ["runtime", "supervisor", "cli"], why: "where the package lies is for runtime to know" },
  "node:os": {
    in: ["runtime", "ros", "supervisor", "evaluation", "faults"],
    why: "temporary folders and priorities are the business of who runs processes",
  },
  "node:crypto": { in: ["config", "onnx", "recording"], why: "hashes are of files" },
  "node:zlib": { in: ["recording"], why: "the compression of bags is recording's own affair" },
  "node:module": {
    in: ["ros", "config", "runtime", "embodiment"],
    why: "rclnodejs is CommonJS with an addon to look for; what a robot file names, a body of its own too, is loaded without waiting, so that no guard runs a moment without it; and so are modules whose own parameters a node is started with",
  },
  "node:child_process": {
    in: ["supervisor", "faults", "cli"],
    why: "processes are started by the supervisor, by the campaign of faults, or by a command that is another program's",
  },
  "node:perf_hooks": { in: ["faults"], why: "clocks are arguments; the campaign of faults measures from outside" },
  "node:readline": { in: ["supervisor"], why: "keys are read where somebody drives by them" },
  "node:timers": { in: REAL_TIME, why: "real time passes where processes run" },
  "node:worker_threads": { in: ["runtime", "faults"], why: "who runs in which thread is for runtime to decide" },
};

/** Where clocks, chance and timers may be taken from the machine. */
const IMPURE_IN = REAL_TIME;
const IMPURE_WHY = "time and chance are arguments (core/clock.ts, core/random.ts), so that every run can be repeated exactly";

export const FOLDER_NAMES: readonly string[] = Object.keys(FOLDERS);

/** Everything in a file that is against the rules, each with the reason of its rule. */
export function violations(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  const found: string[] = [];
  const say = (line: number, what: string, why: string) => found.push(`${file.path}:${line} ${what} (${why})`);
  const rule = folder === undefined ? undefined : FOLDERS[folder];
  if (folder !== undefined && rule === undefined)
    say(1, `is in src/${folder}`, "every folder has its rule in tests/architecture/import-rules.ts");

  for (const { specifier, kind, line } of file.imports) {
    const target = targetOf(file.path, specifier);
    if (target !== undefined) {
      const to = folderOf(target);
      if (to === undefined || to === folder) {
        if (to === undefined)
          say(line, `imports ${target}`, "the public entry is for users; inside, files are imported from where they are");
      } else if (folder === undefined) {
        if (to === "cli") say(line, `imports ${target}`, "what is public must not depend on a terminal");
      } else if (!rule?.may.includes(to) && !EXCEPTIONS.some((e) => e.file === file.path && e.folder === to)) {
        say(line, `imports ${target}`, rule?.why ?? "");
      }
      continue;
    }
    const name = packageOf(specifier)!;
    const allowed = Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
    if (allowed === undefined)
      say(line, `imports ${name}`, "a new package is a decision: add it to tests/architecture/import-rules.ts, with its reason");
    else if (folder === undefined) say(line, `imports ${name}`, "the public entry only re-exports");
    else if (!allowed.in.includes(folder) && !(kind === "type" && allowed.typesIn?.includes(folder)))
      say(line, `imports ${name}`, allowed.why);
  }
  if (folder === undefined || !IMPURE_IN.includes(folder))
    for (const { name, line } of file.impurities) say(line, `uses ${name}`, IMPURE_WHY);
  return found;
}

/** `control` of `src/control/gate.ts`; undefined: a file of src/ itself. */
export function folderOf(path: string): string | undefined {
  const [, folder, ...rest] = path.split("/");
  return rest.length > 0 ? folder : undefined;
}
