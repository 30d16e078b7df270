import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { evaluateWorld, type WorldEvaluationOptions, type WorldReport, worldsToEvaluate } from "../evaluation/index.js";
import { DRIVERS } from "../evaluation/navigation.js";
import { TASK_DRIVERS } from "../evaluation/task.js";
import { FIRST_TRAINING_SEED } from "../worlds/seeds.js";
import { navigationTable, overviewTable, taskTable, timingLine } from "./evaluation-tables.js";
import { numberFrom, wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags extends WorldEvaluationOptions {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

/** `rehearse eval <world>`: how often, how straight and how safely goals are reached, beside floors and a ceiling. */
export function evalCommand(): Command {
  return new Command("eval")
    .description(
      "drive episodes on seeds that training never saw; beside the model: random and straight-line floors, true-dynamics ceiling",
    )
    .argument("[world]", "embedded world, e.g. rooms, or the path of a module of your own")
    .option("--episodes <n>", "number of episodes", wholeFrom(1), 100)
    .option("--seed <s>", `seed of the first episode, below ${FIRST_TRAINING_SEED}`, wholeFrom(0), 0)
    .addOption(new Option("--goal <kind>", "how the goal is given").choices(["pose", "image"]).default("pose"))
    .option(
      "--deterministic",
      "grant every plan all of its iterations, and play it when its budget is over, however long it took: for tests, and to compare planners; default: real time",
    )
    .option("--ros", "over real ROS 2 topics, with the guard in its own process, in real time")
    .option(
      "--drivers <names>",
      `comma-separated: ${DRIVERS.join(", ")}; of worlds with a task: ${TASK_DRIVERS.join(", ")}; default: floors and ceiling beside the model`,
    )
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--params-file <file>", "a ROS 2 parameter file for the controller; --set takes precedence")
    .option("--command-delay <s>", "seconds from a command to the motors acting on it, in the world; not with --ros", numberFrom(0), 0)
    .option("--json", "one JSON object on standard output instead of a table")
    .option("--out <file>", "also write the JSON there")
    .option("--all", "every world that has a model, one after the other")
    .action(async (world: string | undefined, flags: Flags) => {
      const reports: WorldReport[] = [];
      for (const name of worldsToEvaluate(world, flags.all === true)) {
        const report = await evaluateWorld(name, flags, show(flags.episodes));
        reports.push(report);
        const table = report.kind === "task" ? taskTable(report.drivers, report.unit) : navigationTable(report.drivers);
        const shown = `${table}${timingLine(report)}`;
        if (!flags.json) process.stdout.write(world === undefined ? `${name}\n${shown}\n` : shown);
      }
      if (world === undefined && !flags.json) process.stdout.write(overviewTable(reports));
      const result = world === undefined ? reports : reports[0];
      if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(result, undefined, 2)}\n`);
      if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    });
}

/** One line that stays in place on a terminal; elsewhere a line every ten episodes. */
function show(episodes: number) {
  return (driver: string, done: number, reached: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${driver}: ${reached} of ${done} reached${done === episodes ? "\n" : ""}`);
    else if (done % 10 === 0) process.stderr.write(`${driver}: ${reached} of ${done} reached\n`);
  };
}
