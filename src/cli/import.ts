import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { handOver } from "./hand-over.js";

/** `rehearse import …`: hands everything on to the training package, in its own Python environment. */
export function importCommand(): Command {
  return new Command("import")
    .description(
      "turn a world model that others trained (DINO-WM, LeWM) into a model folder (Python; `rehearse import --help` for its options)",
    )
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action((args: string[]) => {
      const root = fileURLToPath(new URL("../../", import.meta.url));
      handOver(`${root}rehearse`, ["python", "-m", "rehearse_training.importers", ...args], {
        ...process.env,
        PYTHONPATH: `${root}training`,
      });
    });
}
