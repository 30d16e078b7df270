import { Command } from "commander";
import { start } from "../supervisor/start.js";
import { wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly world: string;
  readonly seed: number;
  readonly goals: number;
  readonly tour: boolean;
  readonly standby: boolean;
  readonly param: readonly string[];
  readonly paramsFile?: string;
  readonly security?: string;
}

/** `rehearse start`: the main job. */
export function startCommand(): Command {
  return new Command("start")
    .description("run a simulated robot, its guard and its controller on ROS 2, and drive to one goal after another")
    .option("--world <name>", "the embedded world", "rooms")
    .option("--seed <s>", "which world: the door's place, the start and the goals follow from it", wholeFrom(0), 1)
    .option("--goals <n>", "end after so many goals; 0: only at Ctrl-C", wholeFrom(0), 0)
    .option("--no-tour", "send no goals: wait for those of ./rehearse goal, or of your own programs")
    .option("--no-standby", "start no second process that brakes when the guard falls silent")
    .option("--param <name:=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--params-file <file>", "a ROS 2 parameter file for the controller, as ./rehearse tune writes it")
    .option("--security <keystore>", "of ./rehearse secure: every process with its own keys")
    .action(async (flags: Flags) => start({ ...flags, parameters: flags.param }));
}
