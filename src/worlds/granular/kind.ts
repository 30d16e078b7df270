import type { Judgement, TaskKind, TaskState, TaskWorld, WorldOptions } from "../../core/world.js";
import { chamfer } from "../table/chamfer.js";
import { trajectoryEpisode } from "../table/episode.js";
import { TableExplorer } from "../table/explorer.js";
import { CAMERA_PERIOD_S, CONTROL_PERIOD_S, VIEW_M } from "../table/table.js";
import { contentsOf, TableWorld } from "../table/table-world.js";
import { GRAIN_NUMBERS, GRAIN_RADIUS_M, Grains } from "./grains.js";

/** Grains to be pushed into a heap that a picture shows; after DINO-WM's granular, differences: docs/worlds.md. */
export const GRANULAR: TaskKind = {
  kind: "task",
  robot: "pusht",
  controlPeriodS: CONTROL_PERIOD_S,
  camera: { periodS: CAMERA_PERIOD_S, viewM: VIEW_M },
  budgetTicks: 100,
  errorUnit: "mm",
  create,
  episode: (seed) =>
    trajectoryEpisode(
      { create: (of) => create({ seed: of }), ticks: 50, judge, worthwhile: (a, b) => judge(a, b).error >= 2 * CUSTOMARY_MM },
      seed,
    ),
  judge,
  explorer: (world: TaskWorld, random) => new TableExplorer(world as TableWorld, random),
};

function create(options: WorldOptions): TableWorld {
  return new TableWorld(new Grains(), options);
}

/** On average a grain then lies within half its radius of where the goal has one. */
const CUSTOMARY_MM = GRAIN_RADIUS_M * 1000;
const STRICT_MM = CUSTOMARY_MM * 0.7;

/** By the chamfer distance of the grains; where the pusher is does not matter. */
function judge(state: TaskState, goal: TaskState): Judgement {
  const error = 1000 * chamfer(contentsOf(state, GRAIN_NUMBERS), contentsOf(goal, GRAIN_NUMBERS));
  return { error, customary: error < CUSTOMARY_MM, strict: error < STRICT_MM };
}
