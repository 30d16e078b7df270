import type { NavigationWorld, NavigationWorldDefinition, WorldOptions } from "../../core/world.js";
import { EXPLORER_PERIOD_S } from "../floor/exploring.js";
import { OmniExplorer } from "../floor/omni-explorer.js";
import { METRES_PER_PX, WALL_VIEW_M, WallWorld } from "./wall-world.js";

/** How far from the door's middle the places lie that are visited more often. */
const ABOUT_DOOR_M = 0.3;

export const WALL: NavigationWorldDefinition = {
  type: "navigation",
  robot: "wall",
  controlPeriodS: EXPLORER_PERIOD_S,
  camera: { periodS: 0.1, viewM: WALL_VIEW_M },
  rules: { timeLimitS: 40, toleranceM: 4.5 * METRES_PER_PX, accepts: (start, goal) => start.xM * goal.xM < 0 },
  create: (options: WorldOptions): WallWorld => new WallWorld(options),
  explorer: (world: NavigationWorld, random) => {
    const wall = world as WallWorld;
    const aboutDoor = () => {
      for (;;) {
        const place = wall.samplePose(random, 0.01);
        if (Math.hypot(place.xM, place.yM - wall.map.doorYM) < ABOUT_DOOR_M) return place;
      }
    };
    return new OmniExplorer(wall, random, aboutDoor);
  },
};
