import { Argument, Command, Option } from "commander";
import { wholeFrom } from "./number-option.js";
import { askForRealTime } from "./real-time.js";
import { rosArguments } from "./ros-arguments.js";

/** `rehearse node <name> --ros-args …`: one ROS 2 node in this process, as launch files start it. */
export function nodeCommand(): Command {
  return new Command("node")
    .description("run one ROS 2 node in this process; what follows --ros-args is ROS's")
    .addArgument(new Argument("<name>", "which node").choices(["controller", "guard", "standby", "simulation"]))
    .addOption(new Option("--world <name>", "the embedded world that the simulation runs").default("rooms"))
    .option("--camera-size <px>", "side of the simulation's pictures; default: the world's own (64)", wholeFrom(8))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name: string, flags: { world: string; cameraSize?: number }) => {
      const ros = rosArguments(process.argv.slice(2));
      endWithParent();
      // Only the requested node is loaded: the guard's process must not hold any model code.
      if (name === "guard") await (await import("../runtime/run-guard.js")).runGuard(ros, askForRealTime);
      else if (name === "standby") await (await import("../runtime/run-standby.js")).runStandby(ros, askForRealTime);
      else if (name === "controller") await (await import("../runtime/run-controller.js")).runController(ros);
      else await (await import("../runtime/run-simulation.js")).runSimulation(ros, flags.world, flags.cameraSize);
    });
}

/** Whoever started this process over a channel is responsible for it; when they die, nobody else would end it. */
function endWithParent(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
