import type { ActionAxis } from "./action.js";
import type { PlanningModel } from "./planning-model.js";
import type { CostToGo, Decoder, RolloutEvaluator } from "./world-model.js";

/** A named quantity with its unit, as in `linear.x [m/s]`. */
export interface Quantity {
  readonly name: string;
  readonly unit: string;
}

export const GRAPHS = [
  "encoder",
  "rollout",
  "readouts",
  "cost_to_go",
  "decoder",
  "gradient",
  "outcomes",
  "outcomes_int8",
  "proposal",
  "place",
] as const;
export type GraphName = (typeof GRAPHS)[number];

/** Precision of planning's own rollouts; encoder, surprise, gradients and the record of the chosen plan are float32 always. */
export const PRECISIONS = ["int8", "float32"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Where a planner's first candidates come from besides its own: the model's head, a memory of plans. */
export const PROPOSAL_SOURCES = ["none", "head", "memory", "both"] as const;
export type ProposalSource = (typeof PROPOSAL_SOURCES)[number];

/** What goals are for a model: places, given as poses or read out of pictures; or the latent of a picture, and nothing else. */
export const GOAL_KINDS = ["position", "latent"] as const;
export type GoalKind = (typeof GOAL_KINDS)[number];

export interface GraphFile {
  /** Name within the model's folder. */
  readonly file: string;
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
}

/** The pictures that a model takes; `area`: larger ones by a whole factor may be averaged down to them. */
export interface ImageFormat {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly downsample: "none" | "area";
}

/** One-step latent prediction error on held-out data, mean squared over the latent's entries: percentiles. */
export interface StepError {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What model.yaml says, checked: everything a part may need to know of a model without running it. */
export interface ModelDescription {
  readonly folder: string;
  readonly name: string;
  readonly world: string;
  readonly licence: string;
  /** Name of the calibration folder of the robot it was trained on. */
  readonly robot: string;
  readonly graphs: Readonly<Partial<Record<GraphName, GraphFile>>> & { readonly [name in "encoder" | "rollout" | "readouts"]: GraphFile };
  readonly image: ImageFormat;
  readonly proprioception: readonly Quantity[];
  /** Entries of a latent; the first `imageSize` come from the picture, the rest is normalised proprioception. */
  readonly latentSize: number;
  readonly imageLatentSize: number;
  /** Frames that a rollout starts from; 1: the present alone. */
  readonly contextFrames: number;
  readonly goal: GoalKind;
  /** Control-rate actions that one model step covers. */
  readonly blockSize: number;
  readonly periodS: number;
  readonly axes: readonly ActionAxis[];
  /** Seconds a model step covers: `blockSize` × `periodS`. */
  readonly stepS: number;
  readonly trainedSteps: number;
  /** Extent of the positions in the training data, metres in the odometry frame; absent: the body has none. */
  readonly arena?: { readonly xM: readonly [number, number]; readonly yM: readonly [number, number] } | undefined;
  /** Measured on held-out episodes: coefficient of determination, mean absolute error in the readout's unit. */
  readonly readouts: readonly (Quantity & { readonly r2: number; readonly mae: number })[];
  readonly stepError: StepError;
  /** How it was trained and how well it does, as written by training and evaluation; for people and reports. */
  readonly training: Readonly<Record<string, unknown>>;
  readonly success: Readonly<Record<string, unknown>>;
}

/** A model whose every graph has been checked and is ready to run, in the thread that loaded it. */
export interface LoadedModel extends Omit<PlanningModel, "costToGo" | "evaluator"> {
  readonly description: ModelDescription;
  /** Absent: it can't be planned with yet. */
  readonly costToGo?: CostToGo;
  /** In the requested arithmetic, or, where this processor does not compute it as it should, in float32. */
  readonly evaluator?: RolloutEvaluator & { readonly precision: Precision };
  readonly decoder?: Decoder;
  /** Frees the sessions; nothing of the model may be used afterwards. */
  dispose(): Promise<void>;
}
