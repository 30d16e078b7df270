import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { replay } from "../lockstep/replay.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly goal: readonly string[];
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** `rehearse replay <bag>`: what the controller would have done with what a robot recorded. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "drive the controller from a bag and print what it would have commanded, beside what was; the same bag and seed give the same commands",
    )
    .argument("<bag>", "folder of a rosbag2 MCAP bag, or one .mcap file")
    .requiredOption("--goal <x y...>", "goal position, metres in the odometry frame")
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--json", "one JSON object a control period instead of a table")
    .action(async (bag: string, flags: Flags) => {
      const [xM, yM] = flags.goal.map(Number) as [number, number];
      if (flags.goal.length !== 2 || !Number.isFinite(xM) || !Number.isFinite(yM))
        throw new RehearseError("RH-CLI-GOAL", `'${flags.goal.join(" ")}' is no goal`, "give x and y in metres, e.g.: --goal 1.2 0.4");
      const write = flags.json ? jsonLine : tableLine;
      if (!flags.json)
        process.stdout.write("time [s]  mode        v [m/s] (was)       yaw rate [rad/s] (was)  verdict   to go [m]  surprise\n");
      const summary = await replay(bag, { xM, yM }, loadSetup(flags.set), (step) => process.stdout.write(write(step)));
      if (!flags.json) {
        process.stdout.write(
          `${summary.ticks} periods, ${summary.plans} plans, mean difference from what was recorded: ${summary.meanSpeedDifferenceMps.toFixed(3)} m/s, ${summary.meanYawRateDifferenceRps.toFixed(3)} rad/s\n`,
        );
        for (const place of summary.damage) process.stdout.write(`the bag is damaged: ${place}\n`);
      }
    });
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
