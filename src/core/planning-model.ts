import type { CostGradient, CostToGo, Encoder, Proposals, Readouts, RolloutEvaluator, WorldModel } from "./world-model.js";

/** All that planning asks of a model: learned parts, or what stands in their place. */
export interface PlanningModel {
  readonly encoder: Encoder;
  readonly worldModel: WorldModel;
  readonly readouts: Readouts;
  readonly costToGo: CostToGo;
  /** The same quantities from a picture's part of latents alone; absent: the readouts say where a goal picture was taken. */
  readonly poseFromImage?: Readouts | undefined;
  /** Absent: rollout, readouts and cost to go are computed one after the other. */
  readonly evaluator?: RolloutEvaluator | undefined;
  /** Absent: nothing but the fixed guesses is tried first. */
  readonly proposals?: Proposals | undefined;
  /** Absent: the energy has no gradient, and planners that descend it can't be used. */
  readonly gradient?: CostGradient | undefined;
}
