import { Command } from "commander";
import { splitRosArguments } from "../ros/context.js";
import { status } from "../runtime/status.js";

/** `rehearse status`: what the controller and the guard say of themselves. */
export function statusCommand(): Command {
  return new Command("status")
    .description("show what the running controller and guard are doing, and why")
    .option("--watch", "go on, a block a second")
    .option("--json", "one JSON object")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: { watch?: boolean; json?: boolean }) => {
      const { ros } = splitRosArguments(process.argv.slice(2));
      const found = await status(ros, flags, (text) => process.stdout.write(text));
      if (!found) process.exitCode = 1;
    });
}
