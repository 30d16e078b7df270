import { Command } from "commander";
import { record, TRAINING_TOPICS } from "../data/record.js";
import { numberFrom } from "./number-option.js";
import { rosArguments } from "./ros-arguments.js";

interface Flags {
  readonly all?: boolean;
  readonly topics?: string;
  readonly seconds?: number;
}

/** `rehearse record <folder>`: what a robot senses and is commanded, as a bag that training and replay read. */
export function recordCommand(): Command {
  return new Command("record")
    .description(`record topics into a rosbag2 MCAP bag; by default those that training needs (${TRAINING_TOPICS.join(" ")})`)
    .argument("<folder>", "the bag's folder; must not exist yet")
    .option("--all", "all topics")
    .option("--topics <names>", "comma-separated absolute names")
    .option("--seconds <s>", "how long; default: until Ctrl-C", numberFrom(0, true))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (folder: string, flags: Flags) => {
      const ros = rosArguments(process.argv.slice(2));
      const topics = flags.all ? undefined : (flags.topics?.split(",") ?? TRAINING_TOPICS);
      const line = (counts: Readonly<Record<string, number>>) =>
        Object.entries(counts)
          .map(([topic, n]) => `${topic} ${n}`)
          .join("  ");
      const counts = await record(ros, { folder, topics, seconds: flags.seconds }, (c) => {
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line(c)}`);
      });
      process.stdout.write(`${process.stderr.isTTY ? "\n" : ""}${folder}: ${line(counts) || "nothing was published"}\n`);
    });
}
