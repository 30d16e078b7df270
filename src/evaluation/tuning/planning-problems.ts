import type { PlanRequest } from "../../core/plan-request.js";
import { driveInLockstep } from "../../lockstep/drive-in-lockstep.js";
import type { MpcPlanner } from "../../mpc/mpc-planner.js";
import type { PlannerSetup } from "../../runtime/planner-setup.js";
import { navigationWorldDefinition } from "../../worlds/index.js";
import { episodeOf } from "../episode.js";

export interface ProblemSource {
  readonly world: string;
  /** Seed of the first episode; each has its own start, goal and world. */
  readonly seed: number;
  readonly episodes: number;
  /** Requests kept of one episode: the first, which has no plan before it, and then one every so many. */
  readonly perEpisode: number;
  readonly everyNth: number;
}

/**
 * Requests for plans as they come up while `mpc` drives: what planners are tuned, compared and timed on. `MpcPlanner.prepare` makes an
 * objective of each.
 */
export async function collectRequests(setup: PlannerSetup, mpc: MpcPlanner, source: ProblemSource): Promise<PlanRequest[]> {
  const kept: PlanRequest[] = [];
  const definition = navigationWorldDefinition(source.world);
  const rules = { ...definition.rules, controlPeriodS: 1 / setup.parameters.control_rate_hz };
  for (let seed = source.seed; seed < source.seed + source.episodes; seed++) {
    const world = definition.create({ seed, startNs: 1_000_000_000n });
    const { start, goal } = episodeOf(world, seed, rules);
    world.place(start);
    let requests = 0;
    let left = source.perEpisode;
    const { run, controller } = driveInLockstep(world, setup, (request) => {
      if (requests++ % source.everyNth === 0 && left > 0) {
        left--;
        kept.push(request);
      }
      return mpc.plan(request);
    });
    controller.pursue({ kind: "pose", id: seed + 1, xM: goal.xM, yM: goal.yM });
    for (let timeS = 0; timeS < rules.timeLimitS && left > 0 && controller.mode !== "reached"; timeS += rules.controlPeriodS)
      await run.tick();
  }
  return kept;
}
