import { readFileSync } from "node:fs";
import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { withoutRosArguments } from "./ros-arguments.js";

/** Only the requested command is loaded: `goal` must not wait for the inference library. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  new: async () => (await import("./new.js")).newCommand(),
  start: async () => (await import("./start.js")).startCommand(),
  node: async () => (await import("./node.js")).nodeCommand(),
  secure: async () => (await import("./secure.js")).secureCommand(),
  guard: async () => (await import("./guard.js")).guardCommand(),
  goal: async () => (await import("./goal.js")).goalCommand(),
  estop: async () => (await import("./operate.js")).estopCommand(),
  pause: async () => (await import("./operate.js")).pauseCommand(),
  resume: async () => (await import("./operate.js")).resumeCommand(),
  drive: async () => (await import("./operate.js")).driveCommand(),
  ros: async () => (await import("./ros.js")).rosCommand(),
  status: async () => (await import("./status.js")).statusCommand(),
  eval: async () => (await import("./eval.js")).evalCommand(),
  faults: async () => (await import("./faults.js")).faultsCommand(),
  collect: async () => (await import("./collect.js")).collectCommand(),
  "collect-plans": async () => (await import("./collect-plans.js")).collectPlansCommand(),
  record: async () => (await import("./record.js")).recordCommand(),
  dream: async () => (await import("./dream.js")).dreamCommand(),
  bag: async () => (await import("./bag.js")).bagCommand(),
  replay: async () => (await import("./replay.js")).replayCommand(),
  tune: async () => (await import("./tune.js")).tuneCommand(),
  bench: async () => (await import("./bench.js")).benchCommand(),
  train: async () => (await import("./train.js")).trainCommand(),
  import: async () => (await import("./import.js")).importCommand(),
};

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const program = new Command("rehearse")
  .description("A ROS 2 control runtime for robots that plan with a learned world model")
  .version(version);

try {
  const wanted = process.argv[2];
  const names = wanted !== undefined && Object.hasOwn(COMMANDS, wanted) ? [wanted] : Object.keys(COMMANDS);
  for (const name of names) program.addCommand(await COMMANDS[name]!());
  await program.parseAsync([...process.argv.slice(0, 2), ...withoutRosArguments(process.argv.slice(2))]);
} catch (error) {
  process.stderr.write(`${textOf(error)}\n`);
  process.exitCode = 1;
}

/** What asked for JSON gets its error as JSON, too, on the standard error. */
function textOf(error: unknown): string {
  if (error instanceof RehearseError) return process.argv.includes("--json") ? JSON.stringify({ error }) : error.describe();
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
