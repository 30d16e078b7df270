import type { Judgement, TaskState, TaskWorld, TaskWorldDefinition } from "../../core/world.js";
import type { Contents } from "./contents.js";
import { trajectoryEpisode } from "./episode.js";
import { TableExplorer } from "./explorer.js";
import { CAMERA_PERIOD_S, CONTROL_PERIOD_S, VIEW_M } from "./table.js";
import { TableWorld } from "./table-world.js";

/** What differs between the tasks on a table. */
export interface TableTask {
  readonly contents: () => Contents;
  readonly errorUnit: string;
  /** Control periods from start to goal. An episode may take twice as many. */
  readonly ticks: number;
  readonly judge: (state: TaskState, goal: TaskState) => Judgement;
  /** Whether enough happens between the two. */
  readonly worthwhile: (start: TaskState, goal: TaskState) => boolean;
}

/** Something on the table, pushed by a disc into a state that was reached from there before. */
export function tableWorldDefinition({ contents, errorUnit, ticks, judge, worthwhile }: TableTask): TaskWorldDefinition {
  const create: TaskWorldDefinition["create"] = (options) => new TableWorld(contents(), options);
  return {
    type: "task",
    robot: "pusht",
    controlPeriodS: CONTROL_PERIOD_S,
    camera: { periodS: CAMERA_PERIOD_S, viewM: VIEW_M },
    budgetTicks: 2 * ticks,
    errorUnit,
    create,
    episode: (seed) => trajectoryEpisode({ create: (of) => new TableWorld(contents(), { seed: of }), ticks, judge, worthwhile }, seed),
    judge,
    explorer: (world: TaskWorld, random) => new TableExplorer(world as TableWorld, random),
  };
}
