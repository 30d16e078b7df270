import { parse } from "node:path";
import { Command } from "commander";
import { type CollectProgress, collect } from "../data/collect.js";
import { useWorld } from "../runtime/world-module.js";
import { numberFrom, wholeFrom } from "./number-option.js";

interface Flags {
  readonly episodes: number;
  readonly seconds: number;
  readonly seed: number;
  readonly out?: string;
  readonly cameraHz: number;
  readonly curious?: string[];
}

/** `rehearse collect <world>`: data to train a world model on, from an embedded world. */
export function collectCommand(): Command {
  return new Command("collect")
    .description("record exploration of an embedded world as rosbag2 MCAP files, one per episode, to train a model on")
    .argument("<world>", "embedded world, e.g. rooms, or the path of a module of your own")
    .option("--episodes <n>", "number of episodes; each has a seed of its own", wholeFrom(1), 100)
    .option("--seconds <s>", "length of an episode in simulated seconds", numberFrom(0, true), 60)
    .option(
      "--seed <k>",
      "seed of the first episode; keep training seeds from 100000 up: evaluation uses those below",
      wholeFrom(0),
      100_000,
    )
    .option("--out <dir>", "folder of the bag; episodes that are complete there are kept and skipped; default: data/<world>")
    .option("--camera-hz <hz>", "pictures per simulated second", numberFrom(0, true), 10)
    .option("--curious <model...>", "explore where the predictions of these models (two or more, e.g. of different seeds) disagree")
    .action(async (world: string, flags: Flags) => {
      const out = flags.out ?? `data/${parse(world).name}`;
      const result = await collect({ world: await useWorld(world), ...flags, out }, (progress) => show(progress, process.stderr));
      process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}${result.done} episodes in ${out}\n`);
    });
}

/** One line that stays in place on a terminal; elsewhere a line for every tenth done. */
function show({ done, episodes, skipped, framesPerS }: CollectProgress, stream: NodeJS.WriteStream): void {
  const kept = skipped > 0 ? `, ${skipped} were there` : "";
  const text = `episode ${done} of ${episodes}${kept}, ${Math.round(framesPerS)} frames/s`;
  if (stream.isTTY) stream.write(`\r\u001b[K${text}`);
  else if (done % Math.max(1, Math.floor(episodes / 10)) === 0) stream.write(`${text}\n`);
}
