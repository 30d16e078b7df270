import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { TimedPlan } from "../../src/core/cycle.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { values } from "../../src/math/tensor.js";
import { buildPlanner } from "../../src/runtime/planner-setup.js";
import { CASES, type Case } from "./cases.js";
import { scriptedRequests } from "./requests.js";

/**
 * Plans as they were, so that a change of structure that changes what is planned is noticed. Where plans are meant to change, write them anew
 * and say in the commit what has changed: WRITE_GOLDEN=1 node node_modules/vitest/vitest.mjs run tests/golden
 */
const STORED = fileURLToPath(new URL("plans.json", import.meta.url));
/**
 * Relative, and absolute below one. Processors differ in the order in which they add up: float32 and few iterations keep that below it. Poses, and
 * margins along them, are at the end of a rollout, which enlarges it.
 */
const TOLERANCE = 1e-6;
const ALONG_ROLLOUT = 1e-5;
const PARAMETERS = ["precision=float32", "samples=32", "iterations=3", "min_improvement=0", "seed=7"];

/** `[name, number]` of all that a plan says, but for how long it took and for the imagined latents, which poses and energies follow from. */
type Stored = Readonly<Record<string, number | readonly number[]>>;

describe("plans", () => {
  const stored: Record<string, Stored[]> = existsSync(STORED) ? JSON.parse(readFileSync(STORED, "utf8")) : {};
  it.each(Object.keys(CASES))("%s", async (name) => {
    const plans = await plansOf(CASES[name]!);
    expect(await plansOf(CASES[name]!), "a second run in the same process").toEqual(plans);
    if (process.env.WRITE_GOLDEN) {
      stored[name] = plans.map(rounded);
      writeFileSync(STORED, `${JSON.stringify(stored, undefined, 1).replace(/\n {4,}(?=[^"])|\n {3}(?=\])/g, " ")}\n`);
    }
    expect(plans).toHaveLength(stored[name]?.length ?? 0);
    for (const [i, plan] of plans.entries()) expectAlike(plan, stored[name]![i]!, `plan ${i}`);
  });
});

/** One planner, request after request, each with the plan before it to go on from. */
async function plansOf({ model, parameters, asked, held = false }: Case): Promise<Stored[]> {
  const loaded = loadSetup([`model=tests/fixtures/${model}`, ...PARAMETERS, ...parameters]);
  const { robot } = loaded;
  const setup = { ...loaded, robot: { ...robot, base: { ...robot.base, holdSafe: held } } };
  const built = await buildPlanner(setup);
  try {
    let previous: TimedPlan | undefined;
    const plans: Stored[] = [];
    for (const request of scriptedRequests(setup, 4000, asked)) {
      const samePlace = previous?.goalId === request.goal.id;
      previous = await built.mpc.plan({ ...request, previous: samePlace ? previous : undefined });
      plans.push(numbersOf(previous));
    }
    return plans;
  } finally {
    await built.model.dispose();
  }
}

function numbersOf(plan: TimedPlan): Stored {
  const { energy } = plan;
  const named = (prefix: string, numbers: Readonly<Record<string, number>> = {}) =>
    Object.fromEntries(Object.entries(numbers).map(([name, number]) => [`${prefix} ${name}`, number]));
  return {
    startS: Number(plan.startNs) / 1e9,
    freeS: Number(plan.freeNs) / 1e9,
    frameS: Number(plan.frameNs) / 1e9,
    stepS: Number(plan.stepNs) / 1e9,
    actions: [...values(plan.actions)],
    poses: plan.poses === undefined ? [] : [...values(plan.poses)],
    energy: energy.total,
    violation: energy.violation,
    ...named("term", energy.terms),
    ...named("margin", energy.margins),
    iterations: energy.byIteration.map(({ total }) => total),
    surprise: plan.surprise,
    remaining: plan.remaining,
    ...named("place", plan.goalPosition),
  };
}

/** JSON knows no infinity: a margin may be one. Nine digits tell every float32. */
function rounded(plan: Stored): Stored {
  const round = (x: number) => (Number.isFinite(x) ? Number(x.toPrecision(9)) : Math.sign(x) * Number.MAX_VALUE);
  return Object.fromEntries(
    Object.entries(plan).map(([name, value]) => [name, typeof value === "number" ? round(value) : value.map(round)]),
  );
}

function expectAlike(plan: Stored, stored: Stored, what: string): void {
  expect(Object.keys(plan), what).toEqual(Object.keys(stored));
  for (const [name, value] of Object.entries(rounded(plan))) {
    const [are, were] = [value, stored[name]!].map((one) => (typeof one === "number" ? [one] : one)) as [number[], number[]];
    const tolerance = name === "poses" || name.startsWith("margin ") ? ALONG_ROLLOUT : TOLERANCE;
    expect(are.length, `${what}: ${name}`).toBe(were.length);
    for (const [i, number] of are.entries()) {
      const allowed = tolerance * Math.max(1, Math.abs(were[i]!));
      expect(Math.abs(number - were[i]!), `${what}: ${name}[${i}] is ${number}, and was ${were[i]}`).toBeLessThanOrEqual(allowed);
    }
  }
}
