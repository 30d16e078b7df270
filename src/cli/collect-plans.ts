import { Command } from "commander";
import { collectPlans } from "../data/collect-plans.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly plans: number;
  readonly seed: number;
  readonly out: string;
  readonly set: readonly string[];
}

/** More effort than a robot has time for, and a horizon of ten steps beyond the committed one; fewer plans a second, which differ more. */
const THOROUGH = ["samples=256", "iterations=8", "horizon_steps=11", "planning_period_s=0.19"];

/** `rehearse collect-plans <world>`: what a proposal head or a memory of plans learns from. */
export function collectPlansCommand(): Command {
  return new Command("collect-plans")
    .description("drive in an embedded world and record every plan, to train proposals or for the plan memory")
    .argument("<world>", "embedded world, e.g. rooms")
    .option("--plans <n>", "number of plans, at least", wholeFrom(1), 20_000)
    .option("--seed <k>", "seed of the first world, from 100000 up", wholeFrom(0), 100_000)
    .option("--out <file>", "file of plans to write", "data/plans.bin")
    .option("--set <name=value>", `a controller parameter, after ${THOROUGH.join(" ")}; may be given more than once`, repeated, [])
    .action(async (world: string, flags: Flags) => {
      let shown = 0;
      const done = await collectPlans({ world, ...flags }, loadSetup([...THOROUGH, ...flags.set]), (plans, aSecond) => {
        if (plans < shown + flags.plans / 10) return;
        shown = plans;
        process.stderr.write(`${plans} of ${flags.plans} plans, ${Math.round(aSecond)} a second\n`);
      });
      process.stderr.write(`${done} plans in ${flags.out}\n`);
    });
}
