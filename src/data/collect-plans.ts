import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { committedTicks } from "../control/control-options.js";
import { RehearseError } from "../core/error.js";
import type { Random } from "../core/random.js";
import type { NavigationWorld } from "../core/world.js";
import { driveInLockstep } from "../lockstep/drive-in-lockstep.js";
import { seededRandom } from "../math/random.js";
import { values } from "../math/tensor.js";
import type { MpcPlanner } from "../mpc/mpc-planner.js";
import { type PlanRow, packRows, planHeader, planShape } from "../mpc/plan-file.js";
import { controlOptionsOf } from "../runtime/control-options.js";
import { buildPlanner, type PlannerSetup } from "../runtime/planner-setup.js";
import { createNavigationWorld } from "../worlds/index.js";
import { FIRST_TRAINING_SEED } from "../worlds/seeds.js";

export interface PlanCollection {
  readonly world: string;
  /** Plans to be made at least. */
  readonly plans: number;
  /** Seed of the first world; each has its own start and goals. Never one of those that are evaluated on. */
  readonly seed: number;
  readonly out: string;
}

/** Short: plans far from the goal are recorded often enough anyway, and every new goal gives a plan without a warm start. */
const GOAL_TICKS = 30;
const GOALS_A_WORLD = 8;
/** Fraction of the goals that lie so near that the robot has to brake for them. */
const NEAR = 0.3;
const NEAR_M = 0.8;
const CLEARANCE_M = 0.05;

/**
 * Drives about with the planner of `setup`, and writes down every plan with its planning problem: what a proposal head is trained on, and
 * what a memory of plans begins with. Goals change while the robot is driving, so that it has every speed and heading towards them.
 * @returns how many plans were written
 */
export async function collectPlans(
  { world, plans, seed, out }: PlanCollection,
  setup: PlannerSetup,
  progress: (done: number, aSecond: number) => void = () => {},
): Promise<number> {
  if (!Number.isInteger(plans) || plans < 1) throw refused(`${plans} plans`, "ask for a whole number from 1");
  if (!Number.isInteger(seed) || seed < FIRST_TRAINING_SEED)
    throw refused(`seed ${seed}`, `give a whole number from ${FIRST_TRAINING_SEED}: those below are for evaluation`);
  const { mpc, model } = await buildPlanner(setup);
  const options = controlOptionsOf(setup);
  const steps = setup.parameters.horizon_steps - Math.floor(committedTicks(options) / options.blockSize);
  const part = `${out}.part`; // a file that has its name is whole
  const file = openSync(part, "w");
  const beganMs = performance.now();
  let done = 0;
  try {
    writeSync(file, planHeader(planShape(setup.model, steps)));
    for (let i = 0; done < plans; i++) {
      const rows = (
        await driveAbout(createNavigationWorld(world, { seed: seed + i, startNs: 1_000_000_000n }), seed + i, setup, mpc)
      ).filter(({ actions }) => actions.length === steps * setup.model.axes.length);
      writeSync(file, new Uint8Array(packRows(rows).buffer));
      done += rows.length;
      progress(done, done / ((performance.now() - beganMs) / 1000));
    }
  } finally {
    closeSync(file);
    await model.dispose();
  }
  renameSync(part, out);
  return done;
}

async function driveAbout(world: NavigationWorld, seed: number, setup: PlannerSetup, mpc: MpcPlanner): Promise<PlanRow[]> {
  const random = seededRandom(seed).fork("plans");
  world.place(world.samplePose(random, CLEARANCE_M));
  const rows: PlanRow[] = [];
  const { run, controller } = driveInLockstep(world, setup, async (request) => {
    const problem = await mpc.prepare(request);
    const plan = await mpc.solve(request, problem);
    const { energy, goal } = problem;
    const [goalX = 0, goalY = 0] = goal.vector;
    rows.push({
      latent: values(await energy.latentAtStart()),
      goal: [goalX, goalY],
      actions: values(plan.actions).slice(energy.committedSteps * setup.model.axes.length),
      cost: plan.energy.total,
      violation: plan.energy.violation,
    });
    return plan;
  });
  for (let id = 1; id <= GOALS_A_WORLD; id++) {
    controller.pursue({ kind: "pose", id: seed * GOALS_A_WORLD + id, ...goalFor(world, random) });
    for (let tick = 0; tick < GOAL_TICKS && controller.mode !== "reached"; tick++) await run.tick();
  }
  return rows;
}

function goalFor(world: NavigationWorld, random: Random): { xM: number; yM: number } {
  const { xM, yM } = world.odomFromBase;
  const isNear = random.uniform() < NEAR;
  for (let trial = 0; trial < 100; trial++) {
    const goal = world.samplePose(random, CLEARANCE_M);
    if (!isNear || Math.hypot(goal.xM - xM, goal.yM - yM) < NEAR_M) return { xM: goal.xM, yM: goal.yM };
  }
  return { xM, yM };
}

function refused(what: string, fix: string): RehearseError {
  return new RehearseError("RH-COLLECT-OPTION", what, fix);
}
