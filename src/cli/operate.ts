import { Argument, Command } from "commander";
import { operate, pressEmergencyStop } from "../supervisor/emergency-stop.js";
import { gamepad } from "../supervisor/gamepad.js";
import { KEY_HELP, keyboard } from "../supervisor/keyboard.js";
import { drive } from "../supervisor/teleoperation.js";
import { numberFrom, wholeFrom } from "./number-option.js";
import { rosArguments } from "./ros-arguments.js";

/** `rehearse estop`, `rehearse estop reset`. */
export function estopCommand(): Command {
  return new Command("estop")
    .description("press the emergency stop, and wait until the guard says that the robot is stopped; `reset` ends it")
    .addArgument(
      new Argument("[reset]", "end the emergency stop: the robot has to stand, and all buttons to be released").choices(["reset"]),
    )
    .action(async (reset: "reset" | undefined) => {
      const ros = rosArguments(process.argv.slice(2));
      say(await (reset ? operate(ros, "estopReset") : pressEmergencyStop(ros)));
    });
}

/** `rehearse pause`, `rehearse resume`. */
export function pauseCommand(): Command {
  return new Command("pause")
    .description("let the robot stand, and keep its goal")
    .action(async () => say(await operate(rosArguments(process.argv.slice(2)), "pause")));
}

export function resumeCommand(): Command {
  return new Command("resume")
    .description("go on after a pause")
    .action(async () => say(await operate(rosArguments(process.argv.slice(2)), "resume")));
}

/** `rehearse drive`. */
export function driveCommand(): Command {
  return new Command("drive")
    .description("drive a base by keyboard or gamepad, through the guard; e.g. while `rehearse record` records")
    .option("--forward <m/s>", "speed forward", numberFrom(0, true), 0.3)
    .option("--turn <rad/s>", "speed of turning", numberFrom(0, true), 0.8)
    .option("--gamepad [device]", "a gamepad instead of the keyboard; default: /dev/input/js0")
    .option("--axes <forward,turn>", "its axes", (text) => text.split(",").map(wholeFrom(0)), [1, 3])
    .option("--button <n>", "its button that has to be held", wholeFrom(0), 4)
    .action(async (flags: { forward: number; turn: number; gamepad?: string | true; axes: number[]; button: number }) => {
      const device = flags.gamepad === true ? "/dev/input/js0" : flags.gamepad;
      const layout = { forwardAxis: flags.axes[0]!, turnAxis: flags.axes[1] ?? 3, button: flags.button };
      await drive(
        rosArguments(process.argv.slice(2)),
        () => {
          say(device ? `${device}: hold button ${layout.button}; Ctrl-C ends` : KEY_HELP);
          return device ? gamepad(device, layout, flags) : keyboard(process.stdin, flags, say);
        },
        say,
      );
    });
}

function say(line: string): void {
  process.stdout.write(`${line.replaceAll("\n", process.stdin.isRaw ? "\r\n" : "\n")}${process.stdin.isRaw ? "\r\n" : "\n"}`);
}
