import type { Planner } from "../core/planner.js";
import type { CreatePlanner } from "../planner/index.js";

/** However slow the machine: with fewer candidates than this there is nothing to choose from. */
const MIN_SAMPLES = 16;

/** Planners of one kind by their size, each made once: they keep their memory from plan to plan. */
export class SizedPlanners {
  private readonly bySamples = new Map<number, Planner>();

  constructor(
    private readonly create: CreatePlanner,
    private readonly samples: number,
  ) {
    this.of(1);
  }

  /** @param fraction 0…1 of the candidates that the planner has when there is time enough */
  of(fraction: number): Planner {
    const samples = Math.max(Math.min(this.samples, MIN_SAMPLES), Math.round(fraction * this.samples));
    const planner = this.bySamples.get(samples) ?? this.create({ samples });
    this.bySamples.set(samples, planner);
    return planner;
  }
}
