import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parameterFile } from "../../config/parameter-file.js";
import type { PlannerSetup } from "../../runtime/planner-setup.js";
import { describe, parametersOf, type Tuning } from "./tune.js";

export function tuningReport({ frontier, driven, chosen }: Tuning, file: string): string {
  return [
    "not dominated by anything faster (plan time p50 / p99):",
    ...frontier.map((setting) => `  ${describe(setting)}`),
    "driven:",
    ...driven.map((setting) => `${setting === chosen ? "→ " : "  "}${describe(setting)}`),
    `written to ${file}; use it with: ./rehearse start --params-file ${file}`,
  ].join("\n");
}

/** Writes the chosen setting as a ROS 2 parameter file. @param args of the command, for the file's first line @returns the parameters */
export function writeTuning(file: string, { chosen }: Tuning, setup: PlannerSetup, rateHz: number, args: readonly string[]) {
  const parameters = {
    ...parametersOf(chosen),
    planning_budget_s: Math.max(5, Math.ceil(1.2 * chosen.msP99)) / 1000,
    // A little less than the time between pictures, so that none is missed for coming early.
    planning_period_s: Math.max(10, Math.round(1000 / rateHz) - 10) / 1000,
  };
  const comment = [
    `Measured by: ./rehearse tune ${args.join(" ")}`.trim(),
    `model ${setup.model.folder}, ${cpus()[0]?.model ?? "unknown processor"} × ${cpus().length}`,
    describe(chosen).replace(/ +/g, " "),
  ];
  writeFileSync(file, parameterFile("/**/controller", parameters, comment));
  return parameters;
}
