import { customGuardrails } from "../config/custom-guardrails.js";
import type { Clock } from "../core/clock.js";
import { RehearseError } from "../core/error.js";
import type { PlanningConstraint } from "../core/guardrail.js";
import type { LoadedModel, ModelDescription, Precision, ProposalSource } from "../core/model.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { CostToGo } from "../core/world-model.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { embodimentOf, motionModelOf } from "../embodiment/index.js";
import { constraintsFor } from "../guardrails/index.js";
import { seededRandom } from "../math/random.js";
import { CostTerms } from "../mpc/cost-terms.js";
import { MpcPlanner } from "../mpc/mpc-planner.js";
import { proposalsFrom } from "../mpc/proposers.js";
import { BUILT_IN, type Registries } from "../mpc/registries.js";
import { SizedPlanners } from "../mpc/sized-planners.js";
import { SurpriseMonitor } from "../mpc/surprise-monitor.js";
import { defaultsOf } from "../objective/cost-registry.js";
import { loadModel } from "../onnx/model.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import type { ParameterTable } from "../parameters/parameter.js";
import { FittedEncoder } from "../perception/fitted-encoder.js";
import { plannerOf } from "../planner/index.js";
import { ContextBuffer } from "../world-model/context-buffer.js";
import { requirePlannable } from "./parameter-rules.js";
import { type PlanningModules, withModules } from "./planning-modules.js";
import { SYSTEM_CLOCK } from "./system-clock.js";

/** The place after 2 s is 1.4 mm off at the median and 13 mm at most, which the spare clearance of planning covers, at a quarter of the cost. */
const PLANNING_STEP_S = 0.05;

/** All that a planner is built from: plain data, so that it can be handed to a thread. */
export interface PlannerSetup {
  readonly model: ModelDescription;
  readonly robot: RobotDescription;
  readonly parameters: ControllerParameters;
  /** Iterations alone end a plan, never the clock: runs then repeat exactly. */
  readonly repeatable: boolean;
}

/** A planner around a model that is loaded in this thread. */
export interface BuiltPlanner {
  readonly mpc: MpcPlanner;
  readonly model: LoadedModel;
  /** What it plans with: the model's parts, fitted to this robot's camera. */
  readonly planningModel: PlanningModel;
  /** Parameters that the modules of its planner and costs declare. */
  readonly declared: ParameterTable;
  /** Builds the planner anew around the same model; rejects, and leaves it as it was, when the parameters can't be planned with. */
  adjust(setup: PlannerSetup): Promise<void>;
}

/** Loads the model into the calling thread, and builds the planner around it. Rejects with the RehearseError that refused the model. */
export async function buildPlanner(
  setup: PlannerSetup,
  clock: Clock = SYSTEM_CLOCK,
  registries: Registries = BUILT_IN,
): Promise<BuiltPlanner> {
  const model = await loadModel(setup.model, {
    threads: setup.parameters.inference_threads,
    precision: setup.parameters.precision as Precision,
    joints: setup.robot.joints.map(({ name }) => name),
  });
  const planningModel: PlanningModel = {
    ...model,
    encoder: new FittedEncoder(model.encoder, setup.model.image),
    costToGo: requireCostToGo(model),
    proposals: await proposalsFrom(setup.parameters.proposals as ProposalSource, model),
  };
  // Both remember what was observed: they outlive a change of parameters.
  const contextBuffer = contextBufferOf(planningModel, scalingOf(setup));
  const surprise = new SurpriseMonitor(model.worldModel, model.description.stepError);
  const make = async (changed: PlannerSetup) => {
    const modules = await withModules(changed.parameters, registries);
    return { mpc: await makeMpcPlanner(planningModel, changed, clock, { contextBuffer, surprise, modules }), declared: modules.declared };
  };
  let made = await make(setup);
  return {
    get mpc() {
      return made.mpc;
    },
    get declared() {
      return made.declared;
    },
    model,
    planningModel,
    async adjust(changed) {
      made = await make(changed);
    },
  };
}

/** Optional parts of a planner besides the model. */
export interface MpcExtras {
  /** Absent: those of the robot. */
  readonly guardrails?: readonly PlanningConstraint[];
  /** Absent: the built-in costs and planners, and the modules that the parameters name. */
  readonly modules?: PlanningModules;
  /** Absent: a new one, for a model that needs one. */
  readonly contextBuffer?: ContextBuffer | undefined;
  /** Absent: plans say that all is as usual. */
  readonly surprise?: SurpriseMonitor;
}

/** The planner around a given model: a loaded one, or the true dynamics in its place. Rejects when the parameters can't be planned with. */
export async function makeMpcPlanner(model: PlanningModel, setup: PlannerSetup, clock: Clock, extras: MpcExtras = {}): Promise<MpcPlanner> {
  const { guardrails = constraintsFor(setup.robot, customGuardrails(setup.robot)), surprise } = extras;
  const { parameters: p, robot, repeatable } = setup;
  const registries = extras.modules ?? (await withModules(p));
  await requirePlannable(setup, registries);
  const scaling = scalingOf(setup);
  return new MpcPlanner(
    model,
    {
      motionModel: motionModelOf(robot, PLANNING_STEP_S),
      guardrails,
      scaling,
      costs: await CostTerms.prepare(registries.costs, model.readouts.names, { ...defaultsOf(registries.costs), ...p }),
      planners: new SizedPlanners(plannerOf(registries.planners, p.planner), p.samples),
      random: seededRandom(p.seed),
      clock,
      contextBuffer: extras.contextBuffer ?? contextBufferOf(model, scaling),
      surprise,
    },
    {
      goalKind: setup.model.goal,
      horizon: { steps: p.horizon_steps, stalled: { afterNs: nanoseconds(p.stalled_after_s), steps: p.stalled_horizon_steps } },
      budget: { maxIterations: p.iterations, minImprovement: p.min_improvement },
      ...(repeatable ? {} : { budgetNs: nanoseconds(p.planning_budget_s) }),
    },
  );
}

/** Rejects a model without a cost to go. */
function requireCostToGo({ costToGo, description }: LoadedModel): CostToGo {
  if (costToGo !== undefined) return costToGo;
  throw new RehearseError(
    "RH-MODEL-COST",
    `the model in ${description.folder} has no cost_to_go graph`,
    "train the cost-to-go head too (./rehearse train … does all stages)",
  );
}

function contextBufferOf({ worldModel }: PlanningModel, scaling: ActionScaling): ContextBuffer | undefined {
  return (worldModel.contextFrames ?? 1) > 1 ? new ContextBuffer(worldModel, scaling.restAction) : undefined;
}

function scalingOf({ model, robot }: PlannerSetup): ActionScaling {
  return new ActionScaling(model.axes, embodimentOf(robot).command(robot));
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}
