import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { handOver } from "./hand-over.js";

/** `rehearse bag …`: recordings judged by the code that training reads them with, in its own Python environment. */
export function bagCommand(): Command {
  return new Command("bag")
    .description(
      "what recordings hold, and whether they teach anything: rates, gaps, coverage, commands against motion, a verdict (Python; `rehearse bag --help`)",
    )
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action((args: string[]) => {
      const root = fileURLToPath(new URL("../../", import.meta.url));
      handOver(`${root}rehearse`, ["python", "-m", "rehearse_training", "bag", ...args], { ...process.env, PYTHONPATH: `${root}training` });
    });
}
