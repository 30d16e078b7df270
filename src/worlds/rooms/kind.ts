import type { NavigationKind, NavigationWorld, WorldOptions } from "../../core/world.js";
import { EXPLORER_PERIOD_S } from "../floor/exploring.js";
import { RoomsExplorer } from "./explorer.js";
import { RoomsWorld, VIEW_M } from "./rooms-world.js";

export const ROOMS: NavigationKind = {
  kind: "navigation",
  robot: "rooms",
  controlPeriodS: EXPLORER_PERIOD_S,
  camera: { periodS: 0.1, viewM: VIEW_M },
  rules: { timeLimitS: 40, toleranceM: 0.15 },
  create: (options: WorldOptions): RoomsWorld => new RoomsWorld(options),
  explorer: (world: NavigationWorld, random) => new RoomsExplorer(world as RoomsWorld, random),
};
