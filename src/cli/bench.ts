import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { handOver } from "./hand-over.js";

/** `rehearse bench <name> …`: one of the programs of bench/, which are no part of the runtime; it is handed all options. */
export function benchCommand(): Command {
  return new Command("bench")
    .description(
      "measure what is claimed: `planning` (time against plan quality, beside PyTorch), `quality` (planners on problems with known answers), `memory` (over 10,000 plans), `guard-replay` (how fast the guard stops and goes on, beside Nav2's bounds), `early` (ending candidates early); `bench <name> --help`",
    )
    .helpOption(false)
    .allowUnknownOption()
    .argument("[name]")
    .argument("[arguments...]")
    .action((name: string | undefined, args: string[]) => {
      const program = fileURLToPath(new URL("../../bench/run.mjs", import.meta.url));
      handOver(process.execPath, [program, ...(name === undefined ? [] : [name]), ...args]);
    });
}
