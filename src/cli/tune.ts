import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { planners, type TuneOptions, tune } from "../evaluation/tuning/tune.js";
import { tuningReport, writeTuning } from "../evaluation/tuning/tuning-report.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { numberFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

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
    .description("measure plan quality and planning time with the model on this machine, show the Pareto front, and write the parameters")
    .argument("[world]", "embedded world, e.g. rooms", "rooms")
    .option("--planners <names>", "comma-separated", "cem,icem,mppi,hybrid")
    .option("--samples <sizes>", "comma-separated", "32,64,128")
    .option("--horizons <steps>", "comma-separated", "8,10,14")
    .option("--rate <hz>", "plans per second that the settings must allow", numberFrom(0, true), 10)
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--quick", "few problems and episodes: a first impression, not a measurement")
    .option("--json", "one JSON object on standard output instead of text")
    .option("--out <file>", "the ROS 2 parameter file to write", "tuned.yaml")
    .action(async (world: string, flags: Flags) => {
      const setup = loadSetup(flags.set);
      if (!(flags.rate > 0)) throw new RehearseError("RH-TUNE-FLAG", `--rate is ${flags.rate}`, "give plans per second, above 0");
      const options: TuneOptions = {
        world,
        planners: planners(flags.planners.split(",")),
        samples: wholes("--samples", flags.samples),
        horizons: wholes("--horizons", flags.horizons),
        seed: FIRST_SEED,
        rateHz: flags.rate,
        ...(flags.quick ? QUICK : FULL),
      };
      const result = await tune(setup, options, (line) => process.stderr.write(`${line}\n`));
      const parameters = writeTuning(flags.out, result, setup, flags.rate, process.argv.slice(3));
      process.stdout.write(
        flags.json ? `${JSON.stringify({ ...result, parameters, file: flags.out })}\n` : `${tuningReport(result, flags.out)}\n`,
      );
    });
}

function wholes(flag: string, text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new RehearseError("RH-TUNE-FLAG", `${flag} is ${text}`, "give whole numbers above 0, separated by commas");
}
