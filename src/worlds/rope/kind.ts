import type { Judgement, TaskKind, TaskState, TaskWorld, WorldOptions } from "../../core/world.js";
import { chamfer } from "../table/chamfer.js";
import { trajectoryEpisode } from "../table/episode.js";
import { TableExplorer } from "../table/explorer.js";
import { CAMERA_PERIOD_S, CONTROL_PERIOD_S, VIEW_M } from "../table/table.js";
import { contentsOf, TableWorld } from "../table/table-world.js";
import { ROPE_NUMBERS, Rope } from "./rope.js";

/** A rope to be laid as a picture shows; after DINO-WM's rope, differences: docs/worlds.md. */
export const ROPE: TaskKind = {
  kind: "task",
  robot: "pusht",
  controlPeriodS: CONTROL_PERIOD_S,
  camera: { periodS: CAMERA_PERIOD_S, viewM: VIEW_M },
  budgetTicks: 50,
  errorUnit: "mm",
  create,
  episode: (seed) =>
    trajectoryEpisode(
      { create: (of) => create({ seed: of }), ticks: 25, judge, worthwhile: (a, b) => judge(a, b).error >= 2 * CUSTOMARY_MM },
      seed,
    ),
  judge,
  explorer: (world: TaskWorld, random) => new TableExplorer(world as TableWorld, random),
};

function create(options: WorldOptions): TableWorld {
  return new TableWorld(new Rope(), options);
}

/** On average a point of the rope then lies within a quarter of the rope's thickness of the goal's, and the other way about. */
const CUSTOMARY_MM = 9;
const STRICT_MM = 6;

/** By the chamfer distance of the points along the rope; where the pusher is does not matter. */
function judge(state: TaskState, goal: TaskState): Judgement {
  const error = 1000 * chamfer(contentsOf(state, ROPE_NUMBERS), contentsOf(goal, ROPE_NUMBERS));
  return { error, customary: error < CUSTOMARY_MM, strict: error < STRICT_MM };
}
