import type { ActionAxis } from "../core/action.js";
import type { BodyMeasurement } from "../core/body.js";
import type { Clock } from "../core/clock.js";
import type { CommandNumbers } from "../core/command.js";
import type { IterationReport, TimedPlan } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { Goal, ImageGoal, PoseGoal } from "../core/goal.js";
import type { Guardrail } from "../core/guardrail.js";
import type { GoalKind } from "../core/model.js";
import type { MotionModel } from "../core/motion.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { Plan, Planner } from "../core/planner.js";
import type { Random } from "../core/random.js";
import type { Tensor } from "../core/tensor.js";
import type { CostGradient, CostToGo, Encoder, Foresight, GoalVector, Proposals, Readouts, WorldModel } from "../core/world-model.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { measurementOf, poseOf } from "../embodiment/measurement-of.js";
import { tensor, values } from "../math/tensor.js";
import { DifferentiableEnergy } from "../objective/differentiable-energy.js";
import { Energy } from "../objective/energy.js";
import { poseColumns } from "../objective/readout-columns.js";
import { Pace } from "../planner/pace.js";
import { planWithin } from "../planner/plan-within.js";
import { constantPlan, resamplePlan, stepsLeft } from "../planner/warm-start.js";
import type { Recollection } from "../world-model/recollection.js";
import type { CostTerms } from "./cost-terms.js";

/** The learned parts, or what stands in their place. */
export interface Mind {
  readonly encoder: Encoder;
  readonly worldModel: WorldModel;
  /** What models that look back start from; absent: the present is enough. */
  readonly recollection?: Recollection | undefined;
  readonly readouts: Readouts;
  readonly costToGo: CostToGo;
  /** Tells where a picture without odometry was taken; absent: the readouts do. */
  readonly place?: Readouts | undefined;
  /** Absent: the parts above are asked one after the other. */
  readonly foresight?: Foresight | undefined;
  /** Absent: nothing but the fixed guesses is tried first. */
  readonly proposals?: Proposals | undefined;
  /** Absent: the energy has no slope, and planners that descend it can't be used. */
  readonly gradient?: CostGradient | undefined;
}

export interface PlanOptions {
  readonly axes: readonly ActionAxis[];
  /** What the robot's commands are made of. */
  readonly command: CommandNumbers;
  readonly horizonSteps: number;
  /** Looked ahead when the robot has come no nearer for so long: the way on may lead away from the goal first. */
  readonly stalled: { readonly afterNs: bigint; readonly horizonSteps: number };
  readonly maxIterations: number;
  readonly minImprovement: number;
  /** Wall time for one plan, encoding included; absent: no limit, so that runs repeat exactly. */
  readonly budgetNs?: bigint;
  readonly goalKind: GoalKind;
  readonly costs: CostTerms;
}

/** A request made ready: what to minimise, and where to begin. */
export interface PlanningProblem {
  readonly energy: Energy;
  /** `[step, action]` */
  readonly warmStart: Tensor;
  readonly guesses: readonly Tensor[];
  /** `[latent]` */
  readonly latent: Tensor;
  /** `[context]`: what the model's rollouts from there start from. */
  readonly context: Tensor;
  readonly target: Target;
  /** When the first planned step begins, and from when on it is free: a part of it may be committed. */
  readonly firstNs: bigint;
  readonly freeNs: bigint;
}

/** Planners of one kind, by their size. */
export interface Planners {
  /** @param share 0…1 of the candidates that the planner has when there is time enough */
  of(share: number): Planner;
}

interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** Where to, as the model's cost to go takes it. */
export interface Target {
  readonly vector: GoalVector;
  /** Absent: the goal is a latent, and no place. */
  readonly place?: {
    /** As the readouts see places, metres in the odometry frame; with the heading to end with, if there is one, radians. */
    readonly seen: Point & { readonly yawRad?: number };
    /** By how much the readouts' place of the body differs from odometry's. */
    readonly bias: Point;
  };
}

/** An image goal and what its picture is encoded to, with the body at rest. */
interface PicturedGoal {
  readonly goal: Goal;
  readonly latent: Tensor;
}

/** Readouts and odometry that differ by more do not speak of the same place: the difference is then no small bias to be allowed for. */
const MAX_BIAS_M = 0.25;

/** The way of one request: encode → surprise → warm start → planner ⇄ energy → plan. One at a time; lives where the model lives. */
export class PlanMaker {
  private pictured: PicturedGoal | undefined;
  private goalId: number | undefined;
  private alternatives: { readonly plan: Pick<TimedPlan, "startNs" | "stepNs">; readonly actions: Tensor } | undefined;
  private readonly scaling: ActionScaling;
  private readonly stepNs: bigint;
  private readonly pace = new Pace();

  constructor(
    private readonly mind: Mind,
    private readonly motionModel: MotionModel,
    private readonly guardrails: readonly Guardrail[],
    private readonly planners: Planners,
    private readonly random: Random,
    private readonly clock: Clock,
    private readonly options: PlanOptions,
    /** Fed with every observation; its level goes into the plan. */
    private readonly surprise?: { observe(request: PlanRequest, latent: Tensor, context: Tensor): Promise<number> },
  ) {
    this.scaling = new ActionScaling(options.axes, options.command);
    this.stepNs = BigInt(Math.round(mind.worldModel.stepS * 1e9));
  }

  async plan(request: PlanRequest): Promise<TimedPlan> {
    const beganNs = this.clock.steadyNs();
    return this.solve(request, await this.prepare(request), beganNs);
  }

  /** @param problem of this request @param beganNs what the budget counts from */
  async solve(request: PlanRequest, problem: PlanningProblem, beganNs = this.clock.steadyNs()): Promise<TimedPlan> {
    const { mind, options } = this;
    const surprise = (await this.surprise?.observe(request, problem.latent, problem.context)) ?? 1;
    const deadlineNs = options.budgetNs === undefined ? undefined : beganNs + options.budgetNs;
    const byIteration: IterationReport[] = [];
    const outcome = await planWithin(
      this.improve(problem, this.random.fork(`plan ${request.sequence}`), deadlineNs, byIteration),
      {
        maxIterations: options.maxIterations,
        minImprovement: options.minImprovement,
        ...(deadlineNs === undefined ? {} : { deadlineNs }),
      },
      this.clock,
    );
    this.keepAlternatives(outcome.plan, problem.firstNs);

    const { latent, target } = problem;
    const detail = await problem.energy.explain(outcome.plan.actions);
    const remaining = await mind.costToGo.costToGo(tensor(values(latent), [1, mind.worldModel.latentSize]), target.vector);
    const at = target.place;
    return {
      goalId: request.goal.id,
      startNs: request.startNs,
      freeNs: problem.freeNs,
      frameNs: request.frame.stampNs,
      stepNs: this.stepNs,
      actions: detail.actions,
      poses: detail.poses,
      latents: detail.latents,
      energy: { ...detail.energy, byIteration },
      iterations: outcome.plan.iterations,
      durationNs: this.clock.steadyNs() - beganNs,
      surprise,
      place: at && { ...at.seen, xM: at.seen.xM - at.bias.xM, yM: at.seen.yM - at.bias.yM },
      remaining: remaining[0]!,
    };
  }

  /** Encodes the picture, finds the goal in it, and puts the energy and the first guesses together. */
  async prepare(request: PlanRequest): Promise<PlanningProblem> {
    const { mind, options } = this;
    const latent = await mind.encoder.encode(request.frame, request.body);
    const context = this.contextOf(request, latent);
    if (request.goal.id !== this.goalId) this.alternatives = undefined;
    this.goalId = request.goal.id;
    const target = await this.targetOf(request.goal, latent, request.body);
    const committed = tensor(request.committed, [request.committed.length / options.axes.length, options.axes.length]);
    const committedSteps = Math.floor(committed.shape[0]! / mind.worldModel.blockSize);
    const firstNs = request.startNs + BigInt(committedSteps) * this.stepNs;
    const freeNs = request.startNs + (BigInt(committed.shape[0]!) * this.stepNs) / BigInt(mind.worldModel.blockSize);
    const { stalled } = options;
    const horizonSteps = request.stalledNs < stalled.afterNs ? options.horizonSteps : Math.max(stalled.horizonSteps, options.horizonSteps);
    const steps = horizonSteps - committedSteps;
    const { previous } = request;
    const { restAction: rest } = this.scaling;
    const warmStart = previous === undefined ? constantPlan(rest, steps) : resamplePlan(previous, firstNs, steps, rest);
    const { terms, differentiable } = options.costs.of({
      rest,
      goal: target.vector,
      gradient: mind.gradient,
      ...(target.place && { place: target.place }),
      ...(target.place?.seen.yawRad !== undefined && { heading: target.place.seen.yawRad }),
      ...(previous && { previousPlan: values(warmStart).subarray(0, stepsLeft(previous, firstNs) * rest.length) }),
    });
    const energy = new (differentiable ? DifferentiableEnergy : Energy)(
      { ...mind, motionModel: this.motionModel, guardrails: this.guardrails, scaling: this.scaling },
      terms,
      { latent, context, body: request.body, goal: target.vector, surroundings: request.surroundings, committed },
    );
    const proposed = (await mind.proposals?.propose(await energy.latentAtStart(), target.vector)) ?? [];
    const fitted = proposed.map((actions) => resamplePlan({ startNs: firstNs, stepNs: this.stepNs, actions }, firstNs, steps, rest));
    return { energy, warmStart, guesses: [...fitted, ...this.guesses(request, firstNs, steps)], latent, context, target, firstNs, freeNs };
  }

  private contextOf(request: PlanRequest, latent: Tensor): Tensor {
    const { recollection } = this.mind;
    if (recollection === undefined) return latent;
    const context = recollection.observe(request.frame.stampNs, values(latent), request.recent);
    return tensor(context, [context.length]);
  }

  /** The planner's iterations, with as many candidates as this machine has time for, each iteration noted down by term. */
  private async *improve(
    { energy, warmStart, guesses }: PlanningProblem,
    random: Random,
    deadlineNs: bigint | undefined,
    notes: IterationReport[],
  ): AsyncGenerator<Plan> {
    const share = deadlineNs === undefined ? 1 : this.pace.share(deadlineNs - this.clock.steadyNs());
    const plans = this.planners.of(share).improve(energy, warmStart, random, guesses);
    let beganNs = this.clock.steadyNs();
    for await (const plan of plans) {
      if (energy.best !== undefined) notes.push(energy.best);
      const nowNs = this.clock.steadyNs();
      this.pace.note(nowNs - beganNs, share);
      beganNs = nowNs;
      yield plan;
    }
  }

  private async targetOf(goal: Goal, latent: Tensor, body: BodyMeasurement): Promise<Target> {
    if (this.options.goalKind === "latent") return { vector: values(await this.picturedBy(goal, body)) };
    const bias = await this.biasOf(latent, body);
    const seen = goal.kind === "pose" ? moved(placeOf(goal), bias) : await this.picturedPlace(goal, body, bias);
    return { vector: [seen.xM, seen.yM], place: { seen, bias } };
  }

  /**
   * By how much the readouts' place of the body differs from odometry's, here and now. Readouts are a few centimetres off in ways that change
   * slowly with the place; what is imagined is off alike. So the goal is moved by the same amount, and the body ends where it was asked to.
   */
  private async biasOf(latent: Tensor, body: BodyMeasurement): Promise<Point> {
    const pose = poseOf(body);
    if (pose === undefined) return { xM: 0, yM: 0 };
    const seen = await seenBy(this.mind.readouts, latent);
    const bias = { xM: seen.xM - pose.xM, yM: seen.yM - pose.yM };
    return Math.hypot(bias.xM, bias.yM) <= MAX_BIAS_M ? bias : { xM: 0, yM: 0 };
  }

  /**
   * Where an image goal was taken: as the readouts say themselves, or, where those lean on odometry, which a picture does not bring along, as a head says
   * that knows places in the odometry frame.
   */
  private async picturedPlace(goal: ImageGoal, body: BodyMeasurement, bias: Point): Promise<Point & { readonly yawRad?: number }> {
    const { place, readouts } = this.mind;
    const { yawRad, ...point } = await seenBy(place ?? readouts, await this.picturedBy(goal, body));
    return { ...(place ? moved(point, bias) : point), ...(goal.withHeading && yawRad !== undefined && { yawRad }) };
  }

  /** What an image goal's picture is encoded to; each picture is looked at once. @param body of the robot, by its kind @throws RehearseError RH-GOAL-KIND for a pose */
  private async picturedBy(goal: Goal, body: BodyMeasurement): Promise<Tensor> {
    if (goal.kind !== "image") {
      throw new RehearseError(
        "RH-GOAL-KIND",
        "the goal is a pose, and this model only knows goals by their picture",
        "send a goal picture",
      );
    }
    if (this.pictured?.goal.id !== goal.id) {
      this.pictured = { goal, latent: await this.mind.encoder.encode(goal.frame, measurementOf(body).zero(body, goal.frame.stampNs)) };
    }
    return this.pictured.latent;
  }

  /** More to try first: standing still, full turns and straight ways, and what was good last time. */
  private guesses(request: PlanRequest, firstNs: bigint, steps: number): Tensor[] {
    const guesses = [constantPlan(this.scaling.restAction, steps)];
    for (let axis = 0; axis < this.scaling.restAction.length; axis++)
      for (const full of [-1, 1])
        guesses.push(
          constantPlan(
            this.scaling.restAction.map((a, i) => (i === axis ? full : a)),
            steps,
          ),
        );
    const { alternatives } = this;
    if (request.previous !== undefined && alternatives !== undefined) {
      const [count, oldSteps, axes] = alternatives.actions.shape as [number, number, number];
      for (let i = 0; i < Math.min(count, 8); i++) {
        const data = values(alternatives.actions).subarray(i * oldSteps * axes, (i + 1) * oldSteps * axes);
        guesses.push(
          resamplePlan({ ...alternatives.plan, actions: tensor(data, [oldSteps, axes]) }, firstNs, steps, this.scaling.restAction),
        );
      }
    }
    return guesses;
  }

  private keepAlternatives(plan: Plan, firstNs: bigint): void {
    this.alternatives = plan.alternatives && { plan: { startNs: firstNs, stepNs: this.stepNs }, actions: plan.alternatives };
  }
}

/** The body's pose in a latent; the heading is absent where it is not read out. */
async function seenBy(readouts: Readouts, latent: Tensor): Promise<Point & { readonly yawRad?: number }> {
  const read = values(await readouts.read(tensor(values(latent), [1, latent.shape[0]!])));
  const { x, y, yaw } = poseColumns(readouts.names);
  return { xM: read[x]!, yM: read[y]!, ...(yaw && { yawRad: Math.atan2(read[yaw.sin]!, read[yaw.cos]!) }) };
}

function moved<Place extends Point>(place: Place, by: Point): Place {
  return { ...place, xM: place.xM + by.xM, yM: place.yM + by.yM };
}

function placeOf({ xM, yM, yawRad }: PoseGoal): Point & { readonly yawRad?: number } {
  return { xM, yM, ...(yawRad !== undefined && { yawRad }) };
}
