import type { NavigationWorld, NavigationWorldDefinition, WorldOptions } from "../../core/world.js";
import { EXPLORER_PERIOD_S } from "../floor/exploring.js";
import { OmniExplorer } from "../floor/omni-explorer.js";
import { CELL_M, type Layout, MazeWorld, mazeViewM } from "./maze-world.js";

export const MAZE_U: NavigationWorldDefinition = mazeDefinition("u");
export const MAZE_MEDIUM: NavigationWorldDefinition = mazeDefinition("medium");

function mazeDefinition(layout: Layout): NavigationWorldDefinition {
  return {
    type: "navigation",
    robot: "maze",
    controlPeriodS: EXPLORER_PERIOD_S,
    camera: { periodS: 0.1, viewM: mazeViewM(layout) },
    rules: { timeLimitS: 40, toleranceM: 0.5 * CELL_M },
    create: (options: WorldOptions): MazeWorld => new MazeWorld(layout, options),
    explorer: (world: NavigationWorld, random) => new OmniExplorer(world as MazeWorld, random),
  };
}
