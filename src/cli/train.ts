import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { handOver } from "./hand-over.js";

/** `rehearse train …`: hands everything on to the training package, in its own Python environment. */
export function trainCommand(): Command {
  return new Command("train")
    .description(
      "train a world model from bags: every stage from bags to a checked model folder (Python; `rehearse train --help` for its options)",
    )
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action((args: string[]) => {
      const root = fileURLToPath(new URL("../../", import.meta.url));
      const stages = ["train", "compare", "heads", "export", "proposals", "hindsight", "fixture"];
      const stage = stages.includes(args[0] ?? "") ? [] : ["train"];
      handOver(`${root}rehearse`, ["python", "-m", "rehearse_training", ...stage, ...args], {
        ...process.env,
        PYTHONPATH: `${root}training`,
      });
    });
}
