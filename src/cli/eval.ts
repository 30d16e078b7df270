import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { RehearseError } from "../core/error.js";
import { DRIVERS, type DriverName, evaluate, FIRST_TRAINING_SEED, type Summary } from "../runtime/evaluation.js";
import type { GateShares } from "../runtime/gate-tally.js";
import { loadSetup } from "../runtime/load-setup.js";
import { tableLines } from "../runtime/table.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly episodes: number;
  readonly seed: number;
  readonly goal: "pose" | "image";
  readonly ros?: boolean;
  readonly json?: boolean;
  readonly drivers: string;
  readonly set: readonly string[];
  readonly paramsFile?: string;
  readonly commandDelay: number;
  readonly out?: string;
}

/** `rehearse eval <world>`: how often, how straight and how safely goals are reached, beside floors and a ceiling. */
export function evalCommand(): Command {
  return new Command("eval")
    .description(
      "drive episodes on seeds that training never saw; beside the model: random and straight-line floors, true-dynamics ceiling",
    )
    .argument("<world>", "embedded world, e.g. rooms")
    .option("--episodes <n>", "number of episodes", Number, 100)
    .option("--seed <s>", `seed of the first episode, below ${FIRST_TRAINING_SEED}`, Number, 0)
    .addOption(new Option("--goal <kind>", "how the goal is given").choices(["pose", "image"]).default("pose"))
    .option("--ros", "over real ROS 2 topics, with the guard in its own process, in real time")
    .option("--drivers <names>", `comma-separated: ${DRIVERS.join(", ")}`, "model,random,straight,true-dynamics")
    .option("--set <name=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--params-file <file>", "a ROS 2 parameter file for the controller; --set counts more")
    .option("--command-delay <s>", "seconds from a command to the motors acting on it, in the world; not with --ros", Number, 0)
    .option("--json", "one JSON object on standard output instead of a table")
    .option("--out <file>", "also write the JSON there")
    .action(async (world: string, flags: Flags) => {
      if (flags.seed + flags.episodes > FIRST_TRAINING_SEED || flags.seed < 0) {
        throw new RehearseError(
          "RH-EVAL-SEED",
          `seeds ${flags.seed} to ${flags.seed + flags.episodes - 1} reach into those of training`,
          `stay below ${FIRST_TRAINING_SEED}`,
        );
      }
      const setup = { ...loadSetup(flags.set, flags.paramsFile), repeatable: flags.ros !== true };
      const drivers = flags.drivers.split(",").map((name) => {
        if (!DRIVERS.includes(name as DriverName))
          throw new RehearseError("RH-EVAL-DRIVER", `there is no driver '${name}'`, `choose from: ${DRIVERS.join(", ")}`);
        return name as DriverName;
      });
      const request = { world, episodes: flags.episodes, seed: flags.seed, goal: flags.goal, drivers, commandDelayS: flags.commandDelay };
      const show = (driver: DriverName, done: number, succeeded: number) => {
        if (process.stderr.isTTY)
          process.stderr.write(`\r\u001b[K${driver}: ${succeeded} of ${done} reached${done === flags.episodes ? "\n" : ""}`);
        else if (done % 10 === 0) process.stderr.write(`${driver}: ${succeeded} of ${done} reached\n`);
      };
      const run = flags.ros ? (await import("../runtime/ros-evaluation.js")).evaluateOverRos : evaluate;
      const summaries = await run(request, setup, show);
      const report = {
        world,
        goal: flags.goal,
        seed: flags.seed,
        over: flags.ros ? "ros" : "in-process",
        model: setup.model.name,
        ...(summaries.model ?? summaries[drivers[0]!]),
        drivers: summaries,
      };
      if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(report, undefined, 2)}\n`);
      process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : table(summaries));
    });
}

function table(summaries: Readonly<Partial<Record<DriverName, Summary>>>): string {
  const percent = (v: number) => `${(100 * v).toFixed(0)} %`;
  const number = (v: number | null, digits: number) => (v === null ? "–" : v.toFixed(digits));
  const rows = Object.entries(summaries).map(([name, s]) => [
    name,
    `${percent(s.success)} (${percent(s.successInterval[0])}–${percent(s.successInterval[1])})`,
    `${s.detour.success}/${s.detour.episodes}`,
    String(s.collisions),
    number(s.pathRatio, 2),
    number(s.timeToGoalS, 1),
    number(s.drivenM, 1),
    percent(s.movingShare),
    `${number(s.planMs.p50, 1)} / ${number(s.planMs.p99, 1)}`,
    String(s.ticksMissed),
  ]);
  const head = [
    "driver",
    "reached (95 %)",
    "with detour",
    "collisions",
    "path ratio",
    "time [s]",
    "driven [m]",
    "moving",
    "plan ms p50/p99",
    "ticks missed",
  ];
  const lines = tableLines(head, rows);
  for (const [name, { gate }] of Object.entries(summaries)) lines.push(gateLine(name, gate));
  const clockwork = summaries.model?.realTime;
  if (clockwork !== undefined) {
    const { minutes, ticks, jitterUs: j, imageToCommandMs: l, planIntervalMs: p, residentMb: m } = clockwork;
    const late = [`p50 ${j.p50.toFixed(0)}`, `p99 ${j.p99.toFixed(0)}`, `p99.9 ${j.p999.toFixed(0)}`, `max ${j.max.toFixed(0)} µs`].join(
      ", ",
    );
    lines.push(
      `control: ${ticks} ticks in ${minutes.toFixed(1)} min, late by ${late}; picture to command p50 ${l.p50.toFixed(0)}, p99 ${l.p99.toFixed(0)} ms`,
      `plans: one every ${p.p50.toFixed(0)} ms (p99 ${p.p99.toFixed(0)}); controller's memory ${m.first.toFixed(0)} MB after the first episode, ${m.last.toFixed(0)} MB at the end`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function gateLine(driver: string, { ticks, pass, limited, slowdown, stop, stoppedBy }: GateShares): string {
  if (ticks === 0) return `gate, ${driver}: it never drove`;
  const percent = (share: number | null) => `${(100 * share!).toFixed(1)} %`;
  const by = Object.entries(stoppedBy).map(([rule, n]) => `${rule} ${n}`);
  const stops = `stopped ${(100 * stop!).toFixed(2)} %${by.length > 0 ? ` (ticks: ${by.join(", ")})` : ""}`;
  return `gate, ${driver}: of ${ticks} ticks under way, passed ${percent(pass)}, limited ${percent(limited)}, slowed down ${percent(slowdown)}, ${stops}`;
}
