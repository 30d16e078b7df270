import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { values } from "#src/math/tensor.js";
import { PROJECT_ROOT } from "#src/runtime/project-path.js";
import type { Ours } from "./ours.js";
import type { Problem } from "./problems.js";

export interface Effort {
  readonly samples: number;
  readonly iterations: number;
  readonly seeds: number;
}

/** As good a plan as much patience finds: what regret is measured from, unless somebody finds a better one. Kept from run to run. @returns its cost */
export async function referenceCost(judge: Ours, problem: Problem, effort: Effort, model: string, keep: boolean): Promise<number> {
  const hash = createHash("sha256").update(JSON.stringify([model, effort, problem.goal]));
  for (const array of [problem.latent, problem.warmStart]) hash.update(values(array));
  const path = join(PROJECT_ROOT, `.cache/bench-references/${hash.digest("hex").slice(0, 24)}.json`);
  if (keep && existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { cost: number }).cost;
  const { samples, iterations } = effort;
  const options = { samples, elites: Math.round(samples / 20), minStd: 0.004, initialStd: 0.8, smoothing: 0.1 };
  let cost = Number.POSITIVE_INFINITY;
  for (let seed = 0; seed < effort.seeds; seed++) {
    const { actions } = await judge.plan({ planner: "cem", options, iterations }, problem, 9000 + seed);
    cost = Math.min(cost, (await judge.judge(problem, actions.slice(-1))).cost[0]!);
  }
  if (keep) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ cost }));
  }
  return cost;
}
