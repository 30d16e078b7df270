import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Command } from "commander";

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
      const stages = ["train", "compare", "heads", "export", "proposals", "fixture"];
      const stage = stages.includes(args[0] ?? "") ? [] : ["train"];
      const child = spawn(`${root}rehearse`, ["python", "-m", "rehearse_training", ...stage, ...args], {
        stdio: "inherit",
        env: { ...process.env, PYTHONPATH: `${root}training` },
      });
      child.on("exit", (code, signal) => {
        process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
      });
    });
}
