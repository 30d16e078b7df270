import { RehearseError } from "../../core/error.js";
import type { Box, FloorPlan } from "../floor/plan.js";

/** Two rooms, left (x < 0) and right (x > 0), joined by one door in the wall between them. */
export interface RoomsMap extends FloorPlan {
  /** What is left of the dividing wall below and above the door. */
  readonly walls: readonly [below: Box, above: Box];
  readonly doorYM: number;
}

const ARENA: Box = { minXM: -2, minYM: -2, maxXM: 2, maxYM: 2 };
const WALL_THICKNESS_M = 0.2;
const DOOR_WIDTH_M = 0.8;
/** The door's centre is drawn from ± this. */
export const DOOR_RANGE_M = 1.3;

/** @throws RehearseError when no wall would be left beside the door */
export function roomsMap(doorYM: number): RoomsMap {
  const room = ARENA.maxYM - DOOR_WIDTH_M / 2;
  if (!(Math.abs(doorYM) < room)) {
    throw new RehearseError(
      "RH-WORLD-DOOR",
      `rooms: a door centred at y = ${doorYM} m does not fit into the wall`,
      `choose doorYM between -${room} and ${room}, both excluded`,
    );
  }
  const half = WALL_THICKNESS_M / 2;
  return {
    arena: ARENA,
    walls: [
      { minXM: -half, maxXM: half, minYM: ARENA.minYM, maxYM: doorYM - DOOR_WIDTH_M / 2 },
      { minXM: -half, maxXM: half, minYM: doorYM + DOOR_WIDTH_M / 2, maxYM: ARENA.maxYM },
    ],
    doorYM,
  };
}
