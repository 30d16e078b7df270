import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { cancelGoal, pursueGoal } from "../supervisor/goal.js";
import { numberFrom } from "./number-option.js";
import { rosArguments } from "./ros-arguments.js";

interface Flags {
  readonly image?: string;
  readonly timeout: number;
  readonly wait: boolean;
  readonly frame: string;
}

/** `rehearse goal <x> <y> [yaw]`, `rehearse goal --image picture.png`, `rehearse goal cancel`. */
export function goalCommand(): Command {
  return new Command("goal")
    .description(
      "send a goal to the running controller and follow it: x and y in metres of the odometry frame, yaw in radians; or `cancel`",
    )
    .argument("[x]", "metres, or the word cancel")
    .argument("[y]", "metres")
    .argument("[yaw]", "radians; without it any heading will do (the controller's use_goal_yaw must be on)")
    .option("--image <file>", "a picture (PPM, P6) of the goal as the robot's camera would see it")
    .option("--frame <name>", "frame that x, y and yaw are in", "odom")
    .option("--timeout <s>", "seconds to wait for the robot to arrive", numberFrom(0, true), 60)
    .option("--no-wait", "send it and return")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (x: string | undefined, y: string | undefined, yaw: string | undefined, flags: Flags, command: Command) => {
      requireNoMore(command.args);
      const ros = rosArguments(process.argv.slice(2));
      if (x === "cancel") {
        process.stdout.write(`${await cancelGoal(ros)}\n`);
        return;
      }
      const target =
        flags.image !== undefined
          ? ({ kind: "image", file: flags.image } as const)
          : ({
              kind: "pose",
              xM: number(x, "x"),
              yM: number(y, "y"),
              frameId: flags.frame,
              ...(yaw?.startsWith("--") === false && { yawRad: number(yaw, "yaw") }),
            } as const);
      const reached = await pursueGoal(ros, target, { timeoutS: flags.timeout, wait: flags.wait }, (line) =>
        process.stdout.write(`${line}\n`),
      );
      if (!reached) process.exitCode = 1;
    });
}

/** What follows `--ros-args` is ROS's. */
function requireNoMore(args: readonly string[]): void {
  const first = args.findIndex((arg) => arg.startsWith("--"));
  const more = (first < 0 ? args : args.slice(0, first)).slice(3);
  if (more.length > 0)
    throw new RehearseError("RH-CLI-GOAL", `a goal is x, y and yaw: '${more.join(" ")}' is more`, "e.g.: ./rehearse goal 1.2 0.4 1.57");
}

/** Not-a-number passes: the controller refuses it, and says why. */
function number(text: string | undefined, name: string): number {
  if (text === undefined || text.startsWith("--"))
    throw new RehearseError("RH-CLI-GOAL", `the goal has no ${name}`, "give x and y in metres, e.g.: ./rehearse goal 1.2 0.4");
  if (text.toLowerCase() === "nan") return Number.NaN;
  const value = Number(text);
  if (Number.isNaN(value))
    throw new RehearseError(
      "RH-CLI-GOAL",
      `'${text}' is not a number for ${name}`,
      "give x and y in metres, e.g.: ./rehearse goal 1.2 0.4",
    );
  return value;
}
