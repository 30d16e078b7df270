import { Command } from "commander";
import { dream } from "../evaluation/dream.js";
import { tableLines } from "../evaluation/table.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { numberFrom, wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly seed: number;
  readonly steps: number;
  readonly after: number;
  readonly zoom: number;
  readonly out: string;
  readonly set: readonly string[];
}

/** `rehearse dream <world>`: what the model predicted in open loop, above what then happened. */
export function dreamCommand(): Command {
  return new Command("dream")
    .description(
      "predict a drive in open loop, from one picture and the commands, and write a strip of pictures: predicted above, real below",
    )
    .argument("<world>", "embedded world, e.g. rooms")
    .option("--seed <s>", "seed of the world and of the drive", wholeFrom(0), 1)
    .option("--steps <n>", "model steps to predict", wholeFrom(1), 8)
    .option("--after <s>", "seconds to drive before the first picture", numberFrom(0), 5)
    .option("--zoom <n>", "scale of the pictures in the strip", wholeFrom(1), 3)
    .option("--out <file>", "PNG to write", "dream.png")
    .option("--set <name=value>", "a controller parameter, e.g. model; may be given more than once", repeated, [])
    .action(async (world: string, { after, set, ...flags }: Flags) => {
      const steps = await dream(loadSetup(set, undefined, world), { world, afterS: after, ...flags });
      const rows = steps.map(({ timeS, latentError, pictureError }) => [timeS.toFixed(1), latentError.toFixed(1), pictureError.toFixed(1)]);
      const lines = tableLines(["after [s]", "latent error [× usual of one step]", "picture error [grey levels]"], rows);
      process.stdout.write(`${lines.join("\n")}\n${flags.out}: predicted above, recorded below\n`);
    });
}
