import type { BodyMeasurement } from "#src/core/body.js";
import type { ObstaclePoints } from "#src/core/sensors.js";
import type { Tensor } from "#src/core/tensor.js";
import { ActionScaling } from "#src/embodiment/action-scaling.js";
import { collectRequests } from "#src/evaluation/tuning/planning-problems.js";
import { values } from "#src/math/tensor.js";
import { constantPlan, resamplePlan } from "#src/planner/warm-start.js";
import { buildPlanner, type PlannerSetup } from "#src/runtime/planner-setup.js";

/** Seeds below belong to evaluation. */
const FIRST_SEED = 1000;

/** Where a plan starts from and where to, as it came up while the robot drove. */
export interface Problem {
  /** `[latent]` */
  readonly latent: Tensor;
  readonly body: BodyMeasurement;
  readonly goal: readonly [number, number];
  readonly obstacles: ObstaclePoints | undefined;
  /** `[step, action]`: the plan before, moved on in time */
  readonly warmStart: Tensor;
  /** `[step, action]` each: standing still, full turns, straight on; what the runtime's planners try first, too */
  readonly guesses: readonly Tensor[];
}

/** The same for those who are told in JSON; they get the warm start too. */
export interface PeerProblem {
  readonly latent: readonly number[];
  readonly goal: readonly [number, number];
  readonly warmStart: readonly (readonly number[])[];
}

/** @param episodes each gives three: at the start, without a plan before, and two on the way */
export async function collectProblems(setup: PlannerSetup, episodes: number): Promise<Problem[]> {
  const { mpc, model } = await buildPlanner(setup);
  const source = { world: setup.model.world, seed: FIRST_SEED, episodes, perEpisode: 3, everyNth: 15 };
  const requests = await collectRequests(setup, mpc, source);
  const steps = setup.parameters.horizon_steps;
  const { restAction: rest } = new ActionScaling(setup.model.axes);
  const guesses = [constantPlan(rest, steps)];
  for (let axis = 0; axis < rest.length; axis++)
    for (const full of [-1, 1])
      guesses.push(
        constantPlan(
          rest.map((a, i) => (i === axis ? full : a)),
          steps,
        ),
      );
  const problems: Problem[] = [];
  for (const request of requests) {
    const { latent, goal } = await mpc.prepare(request);
    problems.push({
      latent,
      body: request.body,
      goal: [goal.place!.seen.xM, goal.place!.seen.yM],
      obstacles: request.obstacles,
      warmStart: request.previous === undefined ? guesses[0]! : resamplePlan(request.previous, request.startNs, steps, rest),
      guesses,
    });
  }
  await model.dispose();
  return problems;
}

export function forPeers({ latent, goal, warmStart }: Problem): PeerProblem {
  const [steps, axes] = warmStart.shape as [number, number];
  const flat = Array.from(values(warmStart));
  return {
    latent: Array.from(values(latent)),
    goal,
    warmStart: Array.from({ length: steps }, (_, step) => flat.slice(step * axes, (step + 1) * axes)),
  };
}
