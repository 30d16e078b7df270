import { resolve } from "node:path";
import { Command, Option } from "commander";
import { numberFrom } from "./number-option.js";
import { numbers } from "./numbers.js";
import { askForRealTime } from "./real-time.js";
import { rosArguments } from "./ros-arguments.js";

interface Flags {
  readonly robot?: string;
  readonly input: string;
  readonly output: string;
  readonly scan: string;
  readonly odom: string;
  readonly stampedInput: boolean;
  readonly stampedOutput: boolean;
  readonly pauses: boolean;
  readonly standby?: boolean;
}

interface NewBase {
  readonly init?: string;
  readonly name: string;
  readonly drive: "differential" | "omnidirectional";
  readonly radius?: number;
  readonly forward?: number;
  readonly reverse?: number;
  readonly yawRate?: number;
  readonly acceleration?: number;
  readonly braking?: number;
  readonly delay: number;
  readonly timeout: number;
  readonly scanFrame: string;
  readonly scanAt: readonly number[];
}

const REQUIRED = ["radius", "forward", "yawRate", "acceleration", "braking"] as const;

/** `rehearse guard`: the guard in front of Nav2, a joystick, or any other program that drives. */
export function guardCommand(): Command {
  const above0 = numberFrom(0, true);
  return new Command("guard")
    .description("guard a base that somebody else drives: Nav2, a joystick, a policy; or, with --init, write a robot file for it")
    .option("--robot <file>", "robot file, or the folder of rehearse new: nothing is guarded by the limits of another robot")
    .option("--input <topic>", "where commands are proposed", "cmd_vel_proposed")
    .option("--output <topic>", "what the base hears", "cmd_vel")
    .option("--scan <topic>", "laser scans", "scan")
    .option("--odom <topic>", "odometry", "odom")
    .option("--stamped-input", "proposals are TwistStamped, not Twist", false)
    .option("--stamped-output", "the base takes TwistStamped, not Twist", false)
    .option("--no-pauses", "silence on the input is a fault to warn of, not a joystick let go")
    .option("--standby", "run the standby of a guard that was started with the same options: it brakes when that guard falls silent")
    .option("--init <file>", "write a robot file from the numbers below, and end")
    .option("--name <name>", "of the robot", "base")
    .addOption(new Option("--drive <kind>", "of the robot").choices(["differential", "omnidirectional"]).default("differential"))
    .option("--radius <m>", "of a circle around base_link that nothing of the robot leaves", above0)
    .option("--forward <m/s>", "greatest speed", above0)
    .option("--reverse <m/s>", "the same backwards (and sideways); default: half of it", above0)
    .option("--yaw-rate <rad/s>", "greatest yaw rate", above0)
    .option("--acceleration <m/s²>", "greatest acceleration", above0)
    .option("--braking <m/s²>", "deceleration that the base really has when it is commanded to stop", above0)
    .option("--delay <s>", "from publishing a command to the motors", numberFrom(0), 0.1)
    .option("--timeout <s>", "the base stops by itself after so long without a command", above0, 0.5)
    .option("--scan-frame <name>", "frame of the scanner", "base_scan")
    .option("--scan-at <x,y,yaw>", "where it is on base_link (m, m, rad)", numbers, [0, 0, 0])
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: Flags & NewBase, command: Command) => {
      if (flags.init !== undefined) return await init(flags.init, flags, command);
      // Only the requested node is loaded: the guard's process must not hold any model code.
      if (flags.standby) return await (await import("../runtime/run-standby.js")).runStandby(nodeArguments(flags), askForRealTime);
      return await (await import("../runtime/run-guard.js")).runGuard(nodeArguments(flags), askForRealTime);
    });
}

async function init(path: string, flags: NewBase, command: Command): Promise<void> {
  const missing = REQUIRED.filter((name) => flags[name] === undefined).map(
    (name) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
  );
  if (missing.length > 0) command.error(`error: --init needs ${missing.join(", ")}`);
  const [xM = 0, yM = 0, yawRad = 0] = flags.scanAt;
  const { initRobotFile } = await import("../runtime/init-robot-file.js");
  initRobotFile(path, {
    name: flags.name,
    drive: flags.drive,
    radiusM: flags.radius!,
    forwardMps: flags.forward!,
    reverseMps: flags.reverse ?? flags.forward! / 2,
    yawRateRps: flags.yawRate!,
    accelerationMps2: flags.acceleration!,
    brakingMps2: flags.braking!,
    delayS: flags.delay,
    timeoutS: flags.timeout,
    scanner: { frame: flags.scanFrame, xM, yM, yawRad },
  });
  process.stdout.write(`${path} is written; start with ./rehearse guard --robot ${path}\n`);
}

/** As `rehearse node guard` takes them; what the user gave after --ros-args comes last. */
function nodeArguments(flags: Flags): string[] {
  const parameters = {
    ...(flags.robot !== undefined && { robot: resolve(flags.robot) }),
    enable_stamped_cmd_vel: flags.stampedOutput,
    ...(!flags.standby && { enable_stamped_proposed: flags.stampedInput, proposals_may_pause: flags.pauses }),
  };
  const topics = { cmd_vel_proposed: flags.input, cmd_vel: flags.output, scan: flags.scan, odom: flags.odom };
  return [
    "--ros-args",
    ...Object.entries(parameters).flatMap(([name, value]) => ["-p", `${name}:=${value}`]),
    ...Object.entries(topics).flatMap(([from, to]) => (from === to ? [] : ["-r", `${from}:=${to}`])),
    ...rosArguments(process.argv.slice(2)).slice(1),
  ];
}
