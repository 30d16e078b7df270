/** A soft term of your own in the energy, once as a class and once as an expression: the planner prefers the ways that it likes. */
import {
  ActionScaling,
  type Cost,
  constantPlan,
  createNavigationWorld,
  createPlanner,
  Energy,
  expressionCost,
  GoalCost,
  motionModelOf,
  planWithin,
  type Rollout,
  readRobotFile,
  SYSTEM_CLOCK,
  seededRandom,
  trueModel,
  values,
  type WeightedCost,
} from "rehearse";

/** Mean squared forward action above 0, which is a speed of 0.15 m/s: a robot that does not hurry. One value a sample; lower is better. */
class GentleCost implements Cost {
  readonly name = "gentle";
  evaluate({ actions }: Rollout): Float32Array {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const result = new Float32Array(samples);
    for (let i = 0; i < samples * steps; i++) result[Math.floor(i / steps)]! += Math.max(0, values(actions)[i * axes]!) ** 2 / steps;
    return result;
  }
}

// The world's true dynamics stand in for a learned model, so that this runs without one.
const axes = [
  { name: "linear.x", unit: "m/s", range: [-0.3, 0.6] },
  { name: "angular.z", unit: "rad/s", range: [-2, 2] },
] as const;
const world = createNavigationWorld("rooms", { seed: 7 });
world.place({ xM: -1.6, yM: -0.6, yawRad: 0 });
const motionModel = motionModelOf(readRobotFile("calibration/rooms/robot.yaml"));
const model = trueModel(world, motionModel, { axes, blockSize: 4, stepS: 0.2 });
const parts = { ...model, motionModel, guardrails: [], scaling: new ActionScaling(axes) };
const body = world.odometry();
const state = { latent: await model.encoder.encode(world.frame(), body), body, goal: [-0.6, -0.6] as const };

/** The end of the best way for 2 s towards a goal that lies straight ahead. */
async function planned(name: string, ...extra: WeightedCost[]): Promise<{ xM: number; yM: number }> {
  const energy = new Energy(parts, [{ cost: new GoalCost(), weight: 1 }, ...extra], state);
  const plans = createPlanner("cem").improve(energy, constantPlan(parts.scaling.restAction, 10), seededRandom(1));
  const { plan } = await planWithin(plans, { maxIterations: 10 }, SYSTEM_CLOCK);
  const { poses } = await energy.explain(plan.actions);
  const end = { xM: poses!.get(10, 0), yM: poses!.get(10, 1) };
  console.log(`${name.padEnd(24)} ends at (${end.xM.toFixed(2)}, ${end.yM.toFixed(2)}) m`);
  return end;
}

const northward = await expressionCost("north", "max(0, -0.4 - robot.y)^2", model.readouts.names);
export const plain = await planned("the goal alone");
export const gentle = await planned("and gently", { cost: new GentleCost(), weight: 2 });
export const north = await planned("and north of y = -0.4", { cost: northward, weight: 20 });
