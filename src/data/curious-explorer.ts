import { customGuardrails } from "../config/custom-guardrails.js";
import { readModelFile } from "../config/model-file.js";
import { SafetyGate } from "../control/gate.js";
import type { Command } from "../core/command.js";
import { RehearseError } from "../core/error.js";
import type { LoadedModel } from "../core/model.js";
import type { Random } from "../core/random.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Explorer, World } from "../core/world.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { embodimentOf } from "../embodiment/index.js";
import { GatedPolicy } from "../lockstep/gated-policy.js";
import { values } from "../math/tensor.js";
import { EnsembleDisagreement, type EnsembleMember } from "../objective/ensemble-disagreement.js";
import { loadModel } from "../onnx/model.js";
import { FittedEncoder } from "../perception/fitted-encoder.js";
import { Cem } from "../planner/cem.js";
import { planWithin } from "../planner/plan-within.js";
import { constantPlan } from "../planner/warm-start.js";
import { projectPath } from "../runtime/project-path.js";
import { SYSTEM_CLOCK } from "../runtime/system-clock.js";

const SAMPLES = 64;
const ITERATIONS = 3;
const HORIZON_STEPS = 4;
/** Fraction of the model steps that the world's own explorer has: models that agree on everything would else never move on. */
const AT_RANDOM = 0.3;

/**
 * Models of one world that may disagree: made by the same command with other seeds.
 * Rejects with RH-COLLECT-CURIOUS when there are fewer than two, or their inputs or outputs differ; and as `loadModel` does.
 */
export async function loadEnsemble(folders: readonly string[], world: string, { joints }: RobotDescription): Promise<LoadedModel[]> {
  const refused = (what: string) =>
    new RehearseError("RH-COLLECT-CURIOUS", what, "give --curious two or more models of this world, trained alike with other seeds");
  const described = folders.map((folder) => readModelFile(projectPath(folder)));
  const [first] = described;
  if (first === undefined || described.length < 2) throw refused(`${folders.length} model cannot disagree with others`);
  const speaksOf = ({ world, axes, blockSize, periodS, readouts }: typeof first) =>
    JSON.stringify([world, axes, blockSize, periodS, readouts.map(({ name }) => name)]);
  for (const model of described) {
    if (model.contextFrames > 1) throw refused(`the model in ${model.folder} takes a context of ${model.contextFrames} frames`);
    if (model.world !== world) throw refused(`the model in ${model.folder} is of the world ${model.world}`);
    if (speaksOf(model) !== speaksOf(first))
      throw refused(`the models in ${first.folder} and ${model.folder} have different actions or readouts`);
  }
  return Promise.all(described.map((one) => loadModel(one, { precision: "float32", joints: joints.map(({ name }) => name) })));
}

/**
 * Goes where models disagree: a plan a model step, of which the first action is held; now and then the world's own explorer instead. Every command
 * passes the gate, as a robot's would. For one world and one episode.
 */
export class CuriousExplorer {
  private readonly scaling: ActionScaling;
  private readonly rest: readonly number[];
  private readonly models: readonly Pick<LoadedModel, "encoder" | "worldModel" | "readouts">[];
  private readonly blockSize: number;
  private readonly usual: readonly number[];
  private readonly gated: GatedPolicy;
  private readonly planner = new Cem({ samples: SAMPLES });
  private ticksLeft = 0;
  private plans = 0;
  /** Absent: the world's own explorer has this step. */
  private held: Command | undefined;

  constructor(
    models: readonly LoadedModel[],
    private readonly world: World,
    private readonly otherwise: Explorer,
    private readonly random: Random,
    robot: RobotDescription,
  ) {
    const { description } = models[0]!;
    this.blockSize = description.blockSize;
    this.models = models.map((model) => ({ ...model, encoder: new FittedEncoder(model.encoder, model.description.image) }));
    this.scaling = new ActionScaling(description.axes, embodimentOf(robot).command(robot));
    this.rest = this.scaling.toAction(this.scaling.rest);
    this.usual = description.readouts.map(({ mae }) => Math.max(mae, 1e-6));
    const proposed: Explorer = { next: () => this.held ?? this.otherwise.next() };
    this.gated = new GatedPolicy(
      proposed,
      world,
      new SafetyGate(robot, customGuardrails(robot)),
      BigInt(Math.round(description.periodS * 1e9)),
      robot,
    );
  }

  /** The command for the next control period. */
  async next(): Promise<Command> {
    if (this.ticksLeft === 0) {
      this.ticksLeft = this.blockSize;
      this.held = this.random.uniform() < AT_RANDOM ? undefined : this.scaling.toCommand(await this.choose());
    }
    this.ticksLeft -= 1;
    return this.gated.next().command;
  }

  /** @returns the first action of the plan, normalised */
  private async choose(): Promise<Float32Array> {
    const { world } = this;
    const frame = world.frame();
    const body = world.odometry?.() ?? world.joints?.();
    if (body === undefined) throw new Error("a world without odometry and without joints");
    const members: EnsembleMember[] = [];
    for (const { encoder, worldModel, readouts } of this.models)
      members.push({ worldModel, readouts, latent: await encoder.encode(frame, body) });
    const random = this.random.fork(`plan ${this.plans++}`);
    const plans = this.planner.improve(new EnsembleDisagreement(members, this.usual), constantPlan(this.rest, HORIZON_STEPS), random);
    const { plan } = await planWithin(plans, { maxIterations: ITERATIONS }, SYSTEM_CLOCK);
    return values(plan.actions).slice(0, this.rest.length);
  }
}
