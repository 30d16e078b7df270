import { Command } from "commander";
import { RehearseError } from "../core/error.js";
import { tableLines } from "../evaluation/table.js";
import { campaign } from "../faults/campaign.js";
import { DEFAULT_REPEATS, FAULTS, faultsNamed, QUICK } from "../faults/index.js";
import { tableMarkdown, tableText } from "../faults/table.js";
import { wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly quick?: boolean;
  readonly repeats?: number;
  readonly only?: string;
  readonly seed: number;
  readonly param: readonly string[];
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly list?: boolean;
}

const QUICK_S = 43;

/** `rehearse faults`: what the robot does when its programs and sensors fail while it drives at speed. */
export function faultsCommand(): Command {
  return new Command("faults")
    .description(
      "inject faults into the programs and sensors of a simulated robot that drives at speed, and measure whether and when it stops, and whether it resumes",
    )
    .option("--quick", `the most important faults once each, within ${QUICK_S + 2} s`)
    .option(
      "--repeats <n>",
      `trials per fault (default: 20 for those that end or hold up the controller, down to ${DEFAULT_REPEATS} for the slowest)`,
      Number,
    )
    .option("--only <names>", "comma-separated; --list names them")
    .option("--seed <s>", "where the robot drives, and where along its path each fault occurs", wholeFrom(0), 0)
    .option("--param <name:=value>", "a controller parameter; may be given more than once", repeated, [])
    .option("--json", "one JSON object on standard output instead of a table")
    .option("--markdown", "a table in Markdown")
    .option("--list", "only list the faults")
    .action(async (flags: Flags) => {
      if (flags.list) {
        process.stdout.write(
          `${tableLines(
            ["fault", "trials", ""],
            FAULTS.map(({ name, what, repeats = DEFAULT_REPEATS }) => [name, String(repeats), what]),
          ).join("\n")}\n`,
        );
        return;
      }
      if (flags.repeats !== undefined && !(Number.isInteger(flags.repeats) && flags.repeats > 0))
        throw new RehearseError("RH-FAULTS-REPEATS", `a fault can't be tried ${flags.repeats} times`, "give a whole number above 0");
      const names = flags.only?.split(",") ?? (flags.quick ? QUICK : FAULTS.map(({ name }) => name));
      const repeats = flags.repeats ?? (flags.quick ? 1 : undefined);
      const report = await campaign(
        {
          faults: faultsNamed(names),
          seed: flags.seed,
          parameters: flags.param,
          ...(repeats !== undefined && { repeats }),
          ...(flags.quick && { budgetS: QUICK_S }),
        },
        ({ name }, done, { zeroMs, touches, recoveryMs }) => {
          const zero = zeroMs === undefined ? "no lasting zero" : `zero after ${zeroMs.toFixed(0)} ms`;
          const on = recoveryMs === undefined ? "did not go on" : `went on after ${recoveryMs.toFixed(0)} ms`;
          process.stderr.write(`${name} ${done}: ${zero}, ${touches} touches, ${on}\n`);
        },
        ({ name }, error) => process.stderr.write(`${name}: a trial could not be brought about: ${error.describe()}\n`),
      );
      if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else process.stdout.write(flags.markdown ? tableMarkdown(report) : tableText(report));
      // Don't wait for a trial that was left out.
      process.exit(report.ok ? 0 : 1);
    });
}
