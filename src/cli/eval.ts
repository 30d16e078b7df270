import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { RehearseError } from "../core/error.js";
import { DRIVERS, evaluate, FIRST_TRAINING_SEED } from "../runtime/evaluation.js";
import { loadSetup, worldsWithModels } from "../runtime/load-setup.js";
import { evaluateTask, TASK_DRIVERS } from "../runtime/task-evaluation.js";
import { WORLD_NAMES, worldKind } from "../worlds/index.js";
import { navigationTable, taskTable } from "./evaluation-tables.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly episodes: number;
  readonly seed: number;
  readonly goal: "pose" | "image";
  readonly ros?: boolean;
  readonly json?: boolean;
  readonly drivers?: string;
  readonly all?: boolean;
  readonly set: readonly string[];
  readonly paramsFile?: string;
  readonly commandDelay: number;
  readonly out?: string;
}

/** `rehearse eval <world>`: how often, how straight and how safely goals are reached, beside floors and a ceiling. */
export function evalCommand(): Command {
  return new Command("eval")
    .description(
      "drive episodes on seeds that training never saw; beside the model: random and straight-line floors, true-dynamics ceiling",
    )
    .argument("[world]", "embedded world, e.g. rooms")
    .option("--episodes <n>", "number of episodes", Number, 100)
    .option("--seed <s>", `seed of the first episode, below ${FIRST_TRAINING_SEED}`, Number, 0)
    .addOption(new Option("--goal <kind>", "how the goal is given").choices(["pose", "image"]).default("pose"))
    .option("--ros", "over real ROS 2 topics, with the guard in its own process, in real time")
    .option(
      "--drivers <names>",
      `comma-separated: ${DRIVERS.join(", ")}; of worlds with a task: ${TASK_DRIVERS.join(", ")}; default: floors and ceiling beside the model`,
    )
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--params-file <file>", "a ROS 2 parameter file for the controller; --set counts more")
    .option("--command-delay <s>", "seconds from a command to the motors acting on it, in the world; not with --ros", Number, 0)
    .option("--json", "one JSON object on standard output instead of a table")
    .option("--out <file>", "also write the JSON there")
    .option("--all", "every world that has a model, one after the other")
    .action(async (world: string | undefined, flags: Flags) => {
      if ((world === undefined) !== (flags.all === true))
        throw new RehearseError("RH-EVAL-WORLD", "give the name of one world, or --all", `worlds: ${WORLD_NAMES.join(", ")}`);
      if (flags.seed + flags.episodes > FIRST_TRAINING_SEED || flags.seed < 0) {
        throw new RehearseError(
          "RH-EVAL-SEED",
          `seeds ${flags.seed} to ${flags.seed + flags.episodes - 1} reach into those of training`,
          `stay below ${FIRST_TRAINING_SEED}`,
        );
      }
      const reports: object[] = [];
      for (const name of world === undefined ? worldsWithModels() : [world]) {
        const { report, table } = await evaluateWorld(name, flags);
        reports.push(report);
        if (!flags.json) process.stdout.write(world === undefined ? `${name}\n${table}\n` : table);
      }
      const result = world === undefined ? reports : reports[0];
      if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(result, undefined, 2)}\n`);
      if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    });
}

async function evaluateWorld(world: string, flags: Flags): Promise<{ report: object; table: string }> {
  const setup = { ...loadSetup(flags.set, flags.paramsFile, world), repeatable: flags.ros !== true };
  const { episodes, seed } = flags;
  const show = (driver: string, done: number, succeeded: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${driver}: ${succeeded} of ${done} reached${done === episodes ? "\n" : ""}`);
    else if (done % 10 === 0) process.stderr.write(`${driver}: ${succeeded} of ${done} reached\n`);
  };
  const about = { world, seed, over: flags.ros ? "ros" : "in-process", model: setup.model.name };
  const kind = worldKind(world);
  if (kind.kind === "task") {
    if (flags.ros) throw new RehearseError("RH-EVAL-ROS", `"${world}" is evaluated in-process only`, "leave out --ros");
    const drivers = chosen(flags.drivers, TASK_DRIVERS, TASK_DRIVERS);
    const summaries = await evaluateTask({ world, episodes, seed, drivers }, setup, show);
    return {
      report: { ...about, unit: kind.errorUnit, ...(summaries.model ?? summaries[drivers[0]!]), drivers: summaries },
      table: taskTable(summaries, kind.errorUnit),
    };
  }
  const drivers = chosen(flags.drivers, DRIVERS, ["model", "random", "straight", "true-dynamics"]);
  const request = { world, episodes, seed, goal: flags.goal, drivers, commandDelayS: flags.commandDelay };
  const run = flags.ros ? (await import("../runtime/ros-evaluation.js")).evaluateOverRos : evaluate;
  const summaries = await run(request, setup, show);
  return {
    report: { ...about, goal: flags.goal, ...(summaries.model ?? summaries[drivers[0]!]), drivers: summaries },
    table: navigationTable(summaries),
  };
}

function chosen<Name extends string>(given: string | undefined, known: readonly Name[], usual: readonly Name[]): readonly Name[] {
  if (given === undefined) return usual;
  return given.split(",").map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw new RehearseError("RH-EVAL-DRIVER", `there is no driver '${name}'`, `choose from: ${known.join(", ")}`);
    return found;
  });
}
