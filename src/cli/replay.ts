import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { replay } from "../lockstep/replay.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly goal?: readonly string[];
  readonly set: readonly string[];
  readonly topics: readonly string[];
  readonly json?: boolean;
}

/** `rehearse replay <bag>`: what the controller would have done with what a robot recorded. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "drive the controller from a bag and print what it would have commanded, beside what was recorded; the same bag and seed give the same commands, and a run that was recorded with its trace is repeated exactly",
    )
    .argument("<bag>", "folder of a rosbag2 MCAP bag, or one .mcap file")
    .option("--goal <x y...>", "goal position, metres in the odometry frame; default: the goals in the bag")
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option(
      "--topics <stream=topic...>",
      "which topic of the bag is image, odometry, scan or command, where names and types leave it open, e.g.: --topics odometry=/robot1/odom",
      [],
    )
    .option("--json", "one JSON object per control period instead of a table")
    .action(async (bag: string, flags: Flags) => {
      const write = flags.json ? jsonLine : tableLine;
      if (!flags.json)
        process.stdout.write("time [s]  mode        v [m/s] (was)       yaw rate [rad/s] (was)  verdict   to go [m]  surprise\n");
      const topics = topicsOf(flags.topics);
      const summary = await replay(
        bag,
        flags.goal && placeOf(flags.goal),
        loadSetup(flags.set),
        (step) => process.stdout.write(write(step)),
        topics,
      );
      if (!flags.json) {
        process.stdout.write(
          `${summary.ticks} periods, ${summary.plans} plans, mean difference from what was recorded: ${summary.meanSpeedDifferenceMps.toFixed(3)} m/s, ${summary.meanYawRateDifferenceRps.toFixed(3)} rad/s\n`,
        );
        const renamed = Object.entries(summary.topics);
        if (renamed.length > 0) process.stdout.write(`taken from the bag: ${renamed.map((pair) => pair.join(" from ")).join(", ")}\n`);
      }
      // In JSON, lines of the standard output are control periods.
      const say = flags.json ? process.stderr : process.stdout;
      for (const { timeS, error } of summary.refusals)
        say.write(
          flags.json ? `${JSON.stringify({ timeS, refused: error })}\n` : `goal refused at ${timeS.toFixed(2)} s: ${error.describe()}\n`,
        );
      for (const leftOut of summary.leftOut) say.write(flags.json ? `${JSON.stringify({ leftOut })}\n` : `left out: ${leftOut}\n`);
    });
}

function placeOf(goal: readonly string[]): { readonly xM: number; readonly yM: number } {
  const [xM, yM] = goal.map(Number);
  if (goal.length === 2 && Number.isFinite(xM) && Number.isFinite(yM)) return { xM: xM!, yM: yM! };
  throw new RehearseError("RH-CLI-GOAL", `'${goal.join(" ")}' is no goal`, "give x and y in metres, e.g.: --goal 1.2 0.4");
}

/** `stream=topic`, several in one with commas between them. */
function topicsOf(flags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    flags
      .flatMap((flag) => flag.split(","))
      .map((flag) => {
        const [, stream, topic] = /^([^=:]+):?=(.+)$/.exec(flag) ?? [];
        if (stream !== undefined && topic !== undefined) return [stream, topic];
        throw new RehearseError(
          "RH-CLI-TOPIC",
          `'${flag}' names no topic`,
          "write it as stream=topic, e.g.: --topics odometry=/robot1/odom",
        );
      }),
  );
}

type Step = Parameters<Parameters<typeof replay>[3]>[0];

function jsonLine(step: Step): string {
  return `${JSON.stringify({ ...step, stampNs: String(step.stampNs) })}\n`;
}

function tableLine(s: Step): string {
  const pair = (now: number, was: number | undefined) => `${now.toFixed(3).padStart(7)} (${was === undefined ? "–" : was.toFixed(3)})`;
  const cells = [
    s.timeS.toFixed(2).padStart(8),
    s.mode.padEnd(10),
    pair(s.given.vxMps, s.recorded?.vxMps).padEnd(18),
    pair(s.given.yawRateRps, s.recorded?.yawRateRps).padEnd(22),
    s.verdict.padEnd(8),
    (s.remaining?.toFixed(2) ?? "–").padStart(9),
    (s.surprise?.toFixed(2) ?? "–").padStart(8),
  ];
  return `${cells.join("  ")}\n`;
}
