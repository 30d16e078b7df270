import type { NavigationWorld, NavigationWorldDefinition, WorldOptions } from "../../core/world.js";
import { EXPLORER_PERIOD_S } from "../floor/exploring.js";
import { WheeledExplorer } from "../floor/wheeled-explorer.js";
import { FIELD_OF_VIEW_RAD } from "./camera.js";
import { TourWorld } from "./tour-world.js";

/** From start to goal. */
const MIN_PATH_M = 2;

export const TOUR: NavigationWorldDefinition = {
  type: "navigation",
  robot: "tour",
  controlPeriodS: EXPLORER_PERIOD_S,
  camera: { periodS: 0.1, fieldOfViewRad: FIELD_OF_VIEW_RAD },
  rules: {
    timeLimitS: 60,
    toleranceM: 0.3,
    yawToleranceRad: (20 * Math.PI) / 180,
    accepts: (a, b) => Math.hypot(b.xM - a.xM, b.yM - a.yM) >= MIN_PATH_M,
  },
  create: (options: WorldOptions): TourWorld => new TourWorld(options),
  explorer: (world: NavigationWorld, random) => new WheeledExplorer(world as TourWorld, random),
};
