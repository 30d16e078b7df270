import type { Clock } from "../core/clock.js";
import type { IterationReport, TimedPlan } from "../core/cycle.js";
import type { PlanningConstraint } from "../core/guardrail.js";
import type { GoalKind } from "../core/model.js";
import type { MotionModel } from "../core/motion.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Budget } from "../core/planner.js";
import type { PlanningModel } from "../core/planning-model.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import type { ActionScaling } from "../embodiment/action-scaling.js";
import { tensor, values } from "../math/tensor.js";
import { DifferentiableEnergy } from "../objective/differentiable-energy.js";
import { Energy, type PlanningState } from "../objective/energy.js";
import { ComputeBudget } from "../planner/compute-budget.js";
import { planWithin } from "../planner/plan-within.js";
import type { ContextBuffer } from "../world-model/context-buffer.js";
import type { CostTerms } from "./cost-terms.js";
import { GoalResolver, type ResolvedGoal } from "./goal-resolver.js";
import { type Horizon, type PlanningProblem, planWindow } from "./planning-problem.js";
import { Seeds } from "./seeds.js";
import type { SizedPlanners } from "./sized-planners.js";
import type { SurpriseMonitor } from "./surprise-monitor.js";

/** What an MPC is put together from, besides a model. */
export interface MpcParts {
  readonly motionModel: MotionModel;
  readonly guardrails: readonly PlanningConstraint[];
  readonly scaling: ActionScaling;
  readonly costs: CostTerms;
  readonly planners: SizedPlanners;
  readonly random: Random;
  readonly clock: Clock;
  /** For models whose rollouts start from several frames; absent: the present latent is enough. */
  readonly contextBuffer?: ContextBuffer | undefined;
  /** Fed with every observation; its level goes into the plan. Absent: plans say that all is as usual. */
  readonly surprise?: SurpriseMonitor | undefined;
}

export interface MpcOptions {
  readonly goalKind: GoalKind;
  readonly horizon: Horizon;
  readonly budget: Omit<Budget, "deadlineNs">;
  /** Wall time for one plan, encoding included; absent: no limit, so that runs repeat exactly. */
  readonly budgetNs?: bigint;
}

/** Receding-horizon planning with a learned model: one request, one plan. One at a time; lives where the model lives. */
export class MpcPlanner {
  private readonly goals: GoalResolver;
  private readonly seeds: Seeds;
  private readonly computeBudget = new ComputeBudget();

  constructor(
    private readonly model: PlanningModel,
    private readonly parts: MpcParts,
    private readonly options: MpcOptions,
  ) {
    this.goals = new GoalResolver(model, options.goalKind);
    this.seeds = new Seeds(parts.scaling.restAction);
  }

  async plan(request: PlanRequest): Promise<TimedPlan> {
    const beganNs = this.parts.clock.steadyNs();
    return this.solve(request, await this.prepare(request), beganNs);
  }

  /** Encodes the picture, resolves the goal, and puts the energy and the seeds together. */
  async prepare(request: PlanRequest): Promise<PlanningProblem> {
    const { model, seeds } = this;
    const { frame, body, previous } = request;
    const latent = await model.encoder.encode(frame, body);
    const context = this.contextOf(request, latent);
    seeds.begin(request.goal.id);
    const goal = await this.goals.resolve(request.goal, latent, body);
    const window = planWindow(request, model.worldModel, this.options.horizon);
    const warmStart = seeds.warmStart(previous, window);
    const energy = this.energyOf(goal, seeds.previousPart(previous, warmStart, window), {
      latent,
      context,
      body,
      goal: goal.vector,
      obstacles: request.obstacles,
      committed: window.committed,
    });
    const proposals = (await model.proposals?.propose(await energy.latentAtStart(), goal.vector)) ?? [];
    return { energy, warmStart, guesses: seeds.guesses(proposals, previous, window), latent, context, goal, window };
  }

  /** @param problem of this request @param beganNs what the budget counts from */
  async solve(request: PlanRequest, problem: PlanningProblem, beganNs = this.parts.clock.steadyNs()): Promise<TimedPlan> {
    const { latent, context, goal, window, energy } = problem;
    const surprise = (await this.parts.surprise?.observe(request, latent, context)) ?? 1;
    const { plan, byIteration } = await this.optimise(problem, request.sequence, beganNs);
    this.seeds.keep(plan, window);
    const detail = await energy.explain(plan.actions);
    const remaining = await this.model.costToGo.costToGo(tensor(values(latent), [1, this.model.worldModel.latentSize]), goal.vector);
    return {
      goalId: request.goal.id,
      startNs: request.startNs,
      freeNs: window.freeNs,
      frameNs: request.frame.stampNs,
      stepNs: window.stepNs,
      actions: detail.actions,
      poses: detail.poses,
      latents: detail.latents,
      energy: { ...detail.energy, byIteration },
      iterations: plan.iterations,
      durationNs: this.parts.clock.steadyNs() - beganNs,
      surprise,
      goalPosition: positionByOdometry(goal),
      remaining: remaining[0]!,
    };
  }

  /** As many iterations as pay and the budget lasts for, with as many candidates as this machine has time for. */
  private async optimise({ energy, warmStart, guesses }: PlanningProblem, sequence: number, beganNs: bigint) {
    const { clock, planners, random } = this.parts;
    const { budget, budgetNs } = this.options;
    const deadlineNs = budgetNs === undefined ? undefined : beganNs + budgetNs;
    const fraction = deadlineNs === undefined ? 1 : this.computeBudget.fraction(deadlineNs - clock.steadyNs());
    const plans = planners.of(fraction).improve(energy, warmStart, random.fork(`plan ${sequence}`), guesses);
    const byIteration: IterationReport[] = [];
    const within = { ...budget, ...(deadlineNs !== undefined && { deadlineNs }) };
    const { plan } = await planWithin(plans, within, clock, (durationNs) => {
      this.computeBudget.note(durationNs, fraction);
      if (energy.best !== undefined) byIteration.push(energy.best);
    });
    return { plan, byIteration };
  }

  private contextOf({ frame, recent }: PlanRequest, latent: Tensor): Tensor {
    const { contextBuffer } = this.parts;
    if (contextBuffer === undefined) return latent;
    const context = contextBuffer.observe(frame.stampNs, values(latent), recent);
    return tensor(context, [context.length]);
  }

  /** The costs that apply to this goal over this model; with a gradient where all that should have one do. */
  private energyOf({ vector, place }: ResolvedGoal, previousPlan: Float32Array | undefined, state: PlanningState): Energy {
    const { scaling, motionModel, guardrails, costs } = this.parts;
    const { terms, differentiable } = costs.of({
      rest: scaling.restAction,
      goal: vector,
      gradient: this.model.gradient,
      ...(place && { place }),
      ...(place?.seen.yawRad !== undefined && { heading: place.seen.yawRad }),
      ...(previousPlan && { previousPlan }),
    });
    return new (differentiable ? DifferentiableEnergy : Energy)({ ...this.model, motionModel, guardrails, scaling }, terms, state);
  }
}

/** Where the goal is by odometry: the readouts' bias is taken off again. */
function positionByOdometry({ place }: ResolvedGoal): TimedPlan["goalPosition"] {
  return place && { ...place.seen, xM: place.seen.xM - place.bias.xM, yM: place.seen.yM - place.bias.yM };
}
