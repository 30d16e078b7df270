import type { Clock } from "../core/clock.js";
import { RehearseError } from "../core/error.js";
import type { Guardrail } from "../core/guardrail.js";
import type { LoadedModel, ModelDescription, Precision, ProposalSource } from "../core/model.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Planner } from "../core/planner.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { embodimentOf, motionModelOf } from "../embodiment/index.js";
import { guardrailsFor } from "../guardrails/index.js";
import { seededRandom } from "../math/random.js";
import { CostTerms } from "../mpc/cost-terms.js";
import { type Mind, PlanMaker, type Planners, type PlanOptions } from "../mpc/plan-maker.js";
import { proposalsFrom } from "../mpc/proposers.js";
import { BUILT_IN, type Registries } from "../mpc/registries.js";
import { loadModel } from "../onnx/model.js";
import type { ControllerParameters } from "../parameters/controller-parameters.js";
import { FittedEncoder } from "../perception/fitted-encoder.js";
import { type PlannerRegistry, plannerOf } from "../planner/index.js";
import { Recollection } from "../world-model/recollection.js";
import { Surprise } from "../world-model/surprise.js";
import { requirePlannable } from "./parameter-rules.js";
import { SYSTEM_CLOCK } from "./system-clock.js";

/** However slow the machine: with fewer candidates than this there is nothing to choose from. */
const MIN_SAMPLES = 16;

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
  readonly planMaker: PlanMaker;
  readonly model: LoadedModel;
  readonly mind: Mind;
  /** Builds the planner anew around the same model; rejects, and leaves it as it was, when the parameters can't be planned with. */
  adjust(setup: PlannerSetup): Promise<void>;
}

/** Loads the model into the calling thread, and builds the planner around it. Rejects with the RehearseError that refused the model. */
export async function buildPlanner(
  setup: PlannerSetup,
  clock: Clock = SYSTEM_CLOCK,
  registries: Registries = BUILT_IN,
): Promise<BuiltPlanner> {
  const joints = setup.robot.joints.map(({ name }) => name);
  const model = await loadModel(setup.model, {
    threads: setup.parameters.inference_threads,
    precision: setup.parameters.precision as Precision,
    joints,
  });
  const { encoder, worldModel, readouts, costToGo, place, gradient, foresight } = model;
  if (costToGo === undefined) {
    throw new RehearseError(
      "RH-MODEL-COST",
      `the model in ${setup.model.folder} has no cost_to_go graph`,
      "train the cost-to-go head too (./rehearse train … does all stages)",
    );
  }
  const mind: Mind = {
    encoder: new FittedEncoder(encoder, setup.model.image),
    worldModel,
    recollection:
      model.description.contextFrames > 1
        ? new Recollection(worldModel, new ActionScaling(setup.model.axes, embodimentOf(setup.robot).command(setup.robot)).restAction)
        : undefined,
    readouts,
    costToGo,
    place,
    gradient,
    foresight,
    proposals: await proposalsFrom(setup.parameters.proposals as ProposalSource, model),
  };
  const surprise = new RequestSurprise(model);
  let planMaker = await makePlanMaker(mind, setup, clock, { surprise, registries });
  return {
    get planMaker() {
      return planMaker;
    },
    model,
    mind,
    async adjust(changed) {
      planMaker = await makePlanMaker(mind, changed, clock, { surprise, registries });
    },
  };
}

/** What a planner may be given besides a model. */
export interface PlanMakerParts {
  /** Absent: plans say that all is as usual. */
  readonly surprise?: RequestSurprise;
  /** Absent: those of the robot. */
  readonly guardrails?: readonly Guardrail[];
  /** Absent: the built-in costs and planners. */
  readonly registries?: Registries;
}

/** The planner around given parts: a model's, or the true dynamics in their place. */
export async function makePlanMaker(
  mind: Mind,
  setup: PlannerSetup,
  clock: Clock,
  { surprise, guardrails = guardrailsFor(setup.robot), registries = BUILT_IN }: PlanMakerParts = {},
): Promise<PlanMaker> {
  const { parameters, robot } = setup;
  await requirePlannable(setup, registries);
  return new PlanMaker(
    mind,
    motionModelOf(robot, PLANNING_STEP_S),
    guardrails,
    plannersOf(parameters, registries.planners),
    seededRandom(parameters.seed),
    clock,
    await planOptions(setup, mind, registries),
    surprise,
  );
}

function plannersOf({ planner, samples }: ControllerParameters, registry: PlannerRegistry): Planners {
  const create = plannerOf(registry, planner);
  const bySize = new Map<number, Planner>();
  const of = (share: number): Planner => {
    const size = Math.max(Math.min(samples, MIN_SAMPLES), Math.round(share * samples));
    const known = bySize.get(size) ?? create({ samples: size });
    bySize.set(size, known);
    return known;
  };
  of(1);
  return { of };
}

async function planOptions(
  { model, robot, parameters: p, repeatable }: PlannerSetup,
  mind: Mind,
  { costs }: Registries,
): Promise<PlanOptions> {
  return {
    axes: model.axes,
    command: embodimentOf(robot).command(robot),
    horizonSteps: p.horizon_steps,
    stalled: { afterNs: BigInt(Math.round(p.stalled_after_s * 1e9)), horizonSteps: p.stalled_horizon_steps },
    maxIterations: p.iterations,
    minImprovement: p.min_improvement,
    ...(repeatable ? {} : { budgetNs: BigInt(Math.round(p.planning_budget_s * 1e9)) }),
    goalKind: model.goal,
    costs: await CostTerms.prepare(costs, mind.readouts.names, p),
  };
}

/** Surprise, told what was done by the requests for plans themselves. */
export class RequestSurprise {
  private readonly surprise: Surprise;
  private recent = new Float32Array(0);
  private recentFromNs = 0n;

  constructor({ worldModel, description }: LoadedModel) {
    const periodNs = (worldModel.stepS * 1e9) / worldModel.blockSize;
    this.surprise = new Surprise(worldModel, description.stepError, (stampNs) => {
      const tick = Math.round(Number(stampNs - this.recentFromNs) / periodNs);
      const at = Math.min(worldModel.blockSize - 1, Math.max(0, tick)) * worldModel.actionSize;
      return this.recent.subarray(at, at + worldModel.actionSize);
    });
    this.stepNs = BigInt(Math.round(worldModel.stepS * 1e9));
  }

  private readonly stepNs: bigint;

  /** @returns the level over the window, as a multiple of the model's usual error */
  async observe(request: PlanRequest, latent: Tensor, context: Tensor): Promise<number> {
    this.recent = request.recent as Float32Array<ArrayBuffer>;
    this.recentFromNs = request.frame.stampNs - this.stepNs;
    await this.surprise.observe(request.frame.stampNs, latent, context);
    return this.surprise.level;
  }
}
