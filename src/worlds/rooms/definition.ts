import type { Random } from "../../core/random.js";
import type { NavigationWorld, NavigationWorldDefinition, WorldOptions } from "../../core/world.js";
import { EXPLORER_PERIOD_S } from "../floor/exploring.js";
import type { Point } from "../floor/plan.js";
import { WheeledExplorer } from "../floor/wheeled-explorer.js";
import { RoomsWorld, VIEW_M } from "./rooms-world.js";

export const ROOMS: NavigationWorldDefinition = {
  type: "navigation",
  robot: "rooms",
  controlPeriodS: EXPLORER_PERIOD_S,
  camera: { periodS: 0.1, viewM: VIEW_M },
  rules: { timeLimitS: 40, toleranceM: 0.15 },
  create: (options: WorldOptions): RoomsWorld => new RoomsWorld(options),
  explorer: (world: NavigationWorld, random) =>
    new WheeledExplorer(world as RoomsWorld, random, () => otherRoom(world as RoomsWorld, random)),
};

/** Beyond the door; half of the time close behind it, so that the passage itself is driven often. */
function otherRoom(world: RoomsWorld, random: Random): Point {
  const side = Math.sign(world.odomFromBase.xM) || 1;
  const reachM = random.uniform() < 0.5 ? 0.9 : Number.POSITIVE_INFINITY;
  for (;;) {
    const place = world.samplePose(random, 0.05);
    if (place.xM * side < 0 && Math.hypot(place.xM, place.yM - world.map.doorYM) < reachM) return place;
  }
}
