import { Command } from "commander";
import { status } from "../supervisor/status.js";
import { rosArguments } from "./ros-arguments.js";

/** `rehearse status`: the status that the controller and the guard report. */
export function statusCommand(): Command {
  return new Command("status")
    .description("show what the running controller and guard are doing, and why")
    .option("--watch", "repeat once per second")
    .option("--json", "one JSON object")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: { watch?: boolean; json?: boolean }) => {
      const ros = rosArguments(process.argv.slice(2));
      const found = await status(ros, flags, (text) => process.stdout.write(text));
      if (!found) process.exitCode = 1;
    });
}
