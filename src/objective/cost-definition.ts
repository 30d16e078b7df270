import type { Cost } from "../core/objective.js";
import type { CostGradient, GoalVector } from "../core/world-model.js";

/** A number that users set by its name. It may be changed while the controller runs, and holds from the next plan on. */
export interface CostNumber {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Absent: it has none. */
  readonly unit?: string;
  /** One line: what it does. */
  readonly description: string;
}

/** A text that users set by its name, as a `CostNumber`. */
export interface CostText {
  readonly default: string;
  readonly description: string;
}

export type CostParameters = Readonly<Record<string, CostNumber | CostText>>;
export type CostValues<P extends CostParameters = CostParameters> = {
  readonly [Name in keyof P]: P[Name]["default"] extends number ? number : P[Name]["default"] extends string ? string : number | string;
};

/** What a cost can't do without; where a plan lacks it, the cost is left out. */
export const COST_NEEDS = ["place", "heading", "previousPlan"] as const;
export type CostNeed = (typeof COST_NEEDS)[number];

/** Metres. */
interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** What is the same for every plan with one model and one setting of the parameters. */
export interface CostSetting<P extends CostParameters = CostParameters> {
  /** By name; those of other costs may be among them. */
  readonly parameters: CostValues<P>;
  /** Names of the model's readouts with their units, as in `robot.x [m]`. */
  readonly readouts: readonly string[];
}

/** What a cost is made from, once a plan. */
export interface CostContext<P extends CostParameters = CostParameters, Prepared = unknown> extends CostSetting<P> {
  /** What `prepare` gave. */
  readonly prepared: Prepared;
  /** `[action]`: the normalised action that stands still. */
  readonly rest: readonly number[];
  /** The goal of the model's cost to go. */
  readonly goal: GoalVector;
  /** Absent: the model has no graph for it. */
  readonly gradient?: CostGradient | undefined;
  /** Where the goal is; absent: it is a latent, and no place. */
  readonly place?: {
    /** As the readouts see places, in the odometry frame. */
    readonly seen: Point;
    /** By how much the readouts' position of the body differs from odometry's. */
    readonly bias: Point;
  };
  /** Heading to end with, radians in the odometry frame; absent: any will do. */
  readonly heading?: number;
  /** `[step, action]`, row by row: the plan before, moved on in time, as far as it reaches; absent: there is none. */
  readonly previousPlan?: Float32Array;
}

/**
 * A soft cost as it declares itself: its name in the energy, its parameters with their defaults, ranges and units, when it applies, and how it is made.
 * What is written here is all that the rest of the system knows of it.
 */
export interface CostDefinition {
  /** Name of its term in the energy. */
  readonly name: string;
  /** All of its parameters, its weight among them. Costs that share a parameter declare it with the same object. */
  readonly parameters: CostParameters;
  /** Which of them is the weight. */
  readonly weight: string;
  readonly needs: readonly CostNeed[];
  /** Whether it always has a gradient; planners that descend are left to their samples where such a cost can't give one. */
  readonly differentiable: boolean;
  /** Once for each setting of the parameters, for what takes long or can be wrong in them. Rejects with the RehearseError that refuses the setting. */
  prepare?(setting: CostSetting): unknown;
  /** Once a plan. @returns undefined where the cost does not apply */
  create(context: CostContext): Cost | undefined;
}

/** Lets TypeScript see that what a cost needs is there when it is made. The definition itself is returned. */
export function defineCost<const P extends CostParameters, const Need extends CostNeed = never, Prepared = undefined>(
  definition: Omit<CostDefinition, "parameters" | "weight" | "needs" | "prepare" | "create"> & {
    readonly parameters: P;
    readonly weight: keyof P & string;
    readonly needs: readonly Need[];
    prepare?(setting: CostSetting<P>): Prepared | Promise<Prepared>;
    create(context: CostContext<P, Prepared> & Required<Pick<CostContext, Need>>): Cost | undefined;
  },
): CostDefinition & { readonly parameters: P } {
  return definition as unknown as CostDefinition & { readonly parameters: P };
}
