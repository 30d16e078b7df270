import { basename } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { initRobotFolder, missingOfRobot, type Needed, robotFolderPath, type SaidOfRobot } from "../runtime/init-robot-folder.js";
import { askNumbers } from "../supervisor/ask.js";
import { numberFrom } from "./number-option.js";
import { numbers } from "./numbers.js";

interface Flags {
  readonly name?: string;
  readonly urdf?: string;
  readonly drive?: "differential" | "omnidirectional";
  readonly radius?: number;
  readonly forward?: number;
  readonly reverse?: number;
  readonly yawRate?: number;
  readonly acceleration?: number;
  readonly braking?: number;
  readonly delay: number;
  readonly timeout: number;
  readonly scanner: boolean;
  readonly scanFrame?: string;
  readonly scanAt?: readonly number[];
  readonly cameraFrame?: string;
  readonly cameraAt?: readonly number[];
  readonly overhead: boolean;
  readonly picture: { readonly widthPx: number; readonly heightPx: number };
  readonly view?: number;
  readonly image: string;
  readonly odom: string;
  readonly scan: string;
  readonly cmdVel: string;
  readonly stamped: boolean;
}

const QUESTIONS: Readonly<Record<Needed, { readonly flag: string; readonly text: string }>> = {
  radiusM: { flag: "--radius", text: "Radius of a circle around base_link that nothing of the robot leaves, cables too [m]" },
  forwardMps: { flag: "--forward", text: "Greatest speed that you want [m/s]" },
  yawRateRps: { flag: "--yaw-rate", text: "Greatest yaw rate that you want [rad/s]" },
  accelerationMps2: { flag: "--acceleration", text: "Greatest acceleration [m/s²]" },
  brakingMps2: { flag: "--braking", text: "Deceleration that it really has when commanded to stop, on the slipperiest floor [m/s²]" },
};

/** `rehearse new <folder>`: everything that a robot of one's own needs, in one folder. */
export function newCommand(): Command {
  const above0 = numberFrom(0, true);
  return new Command("new")
    .description(
      "make the folder of a robot: robot file, camera file, training configuration, parameters, launch file, and a README with the next steps; what can't be guessed is asked for on a terminal",
    )
    .argument("<folder>", "must not hold anything yet; a plain name, said in the checkout, comes to lie beside it")
    .option("--name <name>", "of the robot; default: the folder's")
    .option("--urdf <file>", "read footprint, wheels, scanner and camera from it (xacro expanded)")
    .addOption(new Option("--drive <kind>", "of the base; default: differential").choices(["differential", "omnidirectional"]))
    .option("--radius <m>", "of a circle around base_link that nothing of the robot leaves; in place of the URDF's footprint", above0)
    .option("--forward <m/s>", "greatest speed", above0)
    .option("--reverse <m/s>", "the same backwards (and sideways); default: half of it", above0)
    .option("--yaw-rate <rad/s>", "greatest yaw rate", above0)
    .option("--acceleration <m/s²>", "greatest acceleration", above0)
    .option("--braking <m/s²>", "deceleration that the base really has when it is commanded to stop", above0)
    .option("--delay <s>", "from publishing a command to the motors", numberFrom(0), 0.1)
    .option("--timeout <s>", "the base stops by itself after so long without a command", above0, 0.5)
    .option("--no-scanner", "it has none: nothing is guarded against that only a scanner could see")
    .option("--scan-frame <name>", "frame of the scanner; default: the URDF's, or base_scan")
    .option("--scan-at <x,y,yaw>", "where it is on base_link (m, m, rad)", numbers)
    .option("--camera-frame <name>", "optical frame of the camera")
    .option("--camera-at <x,y,z,roll,pitch,yaw>", "where that is on base_link (m, rad)", numbers)
    .option("--overhead", "the camera hangs above the place and sees all of it, robot included", false)
    .option("--picture <WxH>", "size of the pictures as they arrive, px; multiples of 8", pictureOf, { widthPx: 64, heightPx: 64 })
    .option("--view <deg>", "horizontal angle of view of the camera; default: the URDF's, or 60", above0)
    .option("--image <topic>", "of the camera", "/image")
    .option("--odom <topic>", "of the odometry", "/odom")
    .option("--scan <topic>", "of the scanner", "/scan")
    .option("--cmd-vel <topic>", "that the base listens to", "/cmd_vel")
    .option("--no-stamped", "the base takes Twist, not TwistStamped")
    .action(async (given: string, flags: Flags, command: Command) => {
      const folder = robotFolderPath(given);
      const said = saidBy(flags, basename(folder));
      const missing = missingOfRobot(said);
      const questions = missing.map((key) => ({ key, text: QUESTIONS[key].text }));
      const asks = process.stdin.isTTY === true && process.stdout.isTTY === true;
      if (missing.length > 0 && !asks)
        command.error(`error: give ${missing.map((key) => QUESTIONS[key].flag).join(", ")} (on a terminal, they are asked for)`);
      const answers = await askNumbers(missing.length > 0 ? questions : []);
      if (answers === undefined) {
        process.exitCode = 130;
        return;
      }
      const files = initRobotFolder(folder, { ...said, ...answers });
      process.stdout.write(`${files.map((file) => `${file}\n`).join("")}next: the commands in ${files.at(-1)}\n`);
    });
}

function saidBy(flags: Flags, folderName: string): SaidOfRobot {
  return {
    name: flags.name ?? folderName,
    drive: flags.drive,
    radiusM: flags.radius,
    forwardMps: flags.forward,
    reverseMps: flags.reverse,
    yawRateRps: flags.yawRate,
    accelerationMps2: flags.acceleration,
    brakingMps2: flags.braking,
    delayS: flags.delay,
    timeoutS: flags.timeout,
    scanner: flags.scanner,
    scanFrame: flags.scanFrame,
    scanAt: flags.scanAt,
    cameraFrame: flags.cameraFrame,
    cameraAt: flags.cameraAt,
    overhead: flags.overhead,
    picture: flags.picture,
    viewRad: flags.view === undefined ? undefined : (flags.view * Math.PI) / 180,
    topics: { image: flags.image, odometry: flags.odom, scan: flags.scan, command: flags.cmdVel },
    stamped: flags.stamped,
    urdfPath: flags.urdf,
  };
}

function pictureOf(text: string): { readonly widthPx: number; readonly heightPx: number } {
  const [, width, height] = /^(\d+)x(\d+)$/i.exec(text.trim()) ?? [];
  const [widthPx, heightPx] = [Number(width), Number(height)];
  if (widthPx > 0 && heightPx > 0 && widthPx % 8 === 0 && heightPx % 8 === 0) return { widthPx, heightPx };
  throw new InvalidArgumentError("Give width and height in pixels, multiples of 8, e.g. 64x64.");
}
