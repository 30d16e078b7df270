import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { Command } from "commander";
import { parameterFile } from "../config/parameter-file.js";
import { RehearseError } from "../core/error.js";
import { PLANNER_NAMES, type PlannerOptions } from "../planner/index.js";
import { loadSetup } from "../runtime/load-setup.js";
import { describe, parametersOf, tune } from "../runtime/tune.js";

interface Flags {
  readonly planners: string;
  readonly samples: string;
  readonly horizons: string;
  readonly rate: number;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly out: string;
  readonly set: readonly string[];
}

/** Neither evaluation's seeds nor training's. */
const FIRST_SEED = 3000;
const FULL = { problems: 12, episodes: 16, maxIterations: 10 };
const QUICK = { problems: 3, episodes: 4, maxIterations: 6 };

/** `rehearse tune`: chooses planner, samples, iterations and horizon for a model on this machine. */
export function tuneCommand(): Command {
  return new Command("tune")
    .description("measure how well and how fast planners plan with the model on this machine, show the frontier, and write the parameters")
    .argument("[world]", "embedded world, e.g. rooms", "rooms")
    .option("--planners <names>", `comma-separated: ${PLANNER_NAMES.join(", ")}`, "cem,icem,mppi")
    .option("--samples <sizes>", "comma-separated", "32,64,128,256")
    .option("--horizons <steps>", "comma-separated", "8,10,14")
    .option("--rate <hz>", "plans a second to make time for", Number, 10)
    .option("--set <name=value>", "a controller parameter; may be given more than once", (v: string, all: string[]) => [...all, v], [])
    .option("--quick", "few problems and episodes: a look, not a measurement")
    .option("--json", "one JSON object on standard output instead of text")
    .option("--out <file>", "the ROS 2 parameter file to write", "tuned.yaml")
    .action(async (world: string, flags: Flags) => {
      const setup = loadSetup(flags.set);
      const options = {
        world,
        planners: names(flags.planners),
        samples: wholes("--samples", flags.samples),
        horizons: wholes("--horizons", flags.horizons),
        seed: FIRST_SEED,
        rateHz: flags.rate,
        ...(flags.quick ? QUICK : FULL),
      };
      if (!(flags.rate > 0)) throw new RehearseError("RH-TUNE-FLAG", `--rate is ${flags.rate}`, "give plans a second, above 0");
      const result = await tune(setup, options, (line) => process.stderr.write(`${line}\n`));
      const { chosen } = result;
      const values = {
        ...parametersOf(chosen),
        planning_budget_s: Math.max(0.005, Math.ceil(1.2 * chosen.msP99) / 1000),
        // A little less than the time between pictures, so that none is missed for coming early.
        planning_period_s: Math.max(10, Math.round(1000 / flags.rate) - 10) / 1000,
      };
      const comment = [
        `Measured by: ./rehearse tune ${process.argv.slice(3).join(" ")}`.trim(),
        `model ${setup.model.folder}, ${cpus()[0]?.model ?? "unknown processor"} × ${cpus().length}`,
        describe(chosen).replace(/ +/g, " "),
      ];
      writeFileSync(flags.out, parameterFile("/**/controller", values, comment));
      if (flags.json) process.stdout.write(`${JSON.stringify({ ...result, parameters: values, file: flags.out })}\n`);
      else {
        const lines = ["not dominated by anything faster (plan time p50 / p99):", ...result.frontier.map((s) => `  ${describe(s)}`)];
        lines.push("driven:", ...result.driven.map((s) => `${s === chosen ? "→ " : "  "}${describe(s)}`));
        lines.push(`written to ${flags.out}; use it with: ./rehearse start --params-file ${flags.out}`);
        process.stdout.write(`${lines.join("\n")}\n`);
      }
    });
}

function names(text: string): (keyof PlannerOptions)[] {
  return text.split(",").map((name) => {
    if (PLANNER_NAMES.includes(name as keyof PlannerOptions)) return name as keyof PlannerOptions;
    throw new RehearseError("RH-PLANNER-NAME", `there is no planner "${name}"`, `choose from: ${PLANNER_NAMES.join(", ")}`);
  });
}

function wholes(flag: string, text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new RehearseError("RH-TUNE-FLAG", `${flag} is ${text}`, "give whole numbers above 0, separated by commas");
}
