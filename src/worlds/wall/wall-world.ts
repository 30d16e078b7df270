import type { Random } from "../../core/random.js";
import { FRONT, OverheadCamera } from "../floor/camera.js";
import { type FloorBody, type FloorOptions, FloorWorld } from "../floor/floor-world.js";
import type { FloorPlan } from "../floor/plan.js";

/** The published world is in pixels of a picture 65 wide, y down; here x = (px - 32) · 0.03 m, y = (32 - px) · 0.03 m. */
export const METRES_PER_PX = 0.03;
const CENTRE_PX = 32;
const BORDER_PX = 5;
const WALL_WIDTH_PX = 6;
const DOORS_PX = [10, 30] as const;
const DOOR_HALF_PX = 4;
const DOT_PX = 2;

/** Side of the square that the camera sees: 65 px. */
export const WALL_VIEW_M = 65 * METRES_PER_PX;

/**
 * At full speed 2 px in 0.1 s, along each axis. A body with mass cannot change its velocity at once: full speed takes 0.2 s, which is
 * the guardrails' ceiling of acceleration.
 */
export const WALL_BODY: FloorBody = {
  radiusM: METRES_PER_PX,
  maxForwardMps: (2 * METRES_PER_PX) / 0.1,
  maxReverseMps: (2 * METRES_PER_PX) / 0.1,
  maxSidewaysMps: (2 * METRES_PER_PX) / 0.1,
  maxYawRateRps: 0,
  response: { timeConstantS: 0.05, maxAccelerationMps2: 3, maxDecelerationMps2: 3, maxYawAccelerationRps2: 1, sideways: true },
};

export interface WallPlan extends FloorPlan {
  readonly doorYM: number;
}

/** Two rooms with a wall between them, and a door at one of two places. */
export function wallPlan(doorPx: (typeof DOORS_PX)[number]): WallPlan {
  const edgeM = (CENTRE_PX - BORDER_PX) * METRES_PER_PX;
  const halfM = (WALL_WIDTH_PX / 2) * METRES_PER_PX;
  const doorYM = (CENTRE_PX - doorPx) * METRES_PER_PX;
  const doorHalfM = DOOR_HALF_PX * METRES_PER_PX;
  return {
    arena: { minXM: -edgeM, minYM: -edgeM, maxXM: edgeM, maxYM: edgeM },
    walls: [
      { minXM: -halfM, maxXM: halfM, minYM: -edgeM, maxYM: doorYM - doorHalfM },
      { minXM: -halfM, maxXM: halfM, minYM: doorYM + doorHalfM, maxYM: edgeM },
    ],
    doorYM,
  };
}

/** The Wall world of DINO-WM (Zhou et al., 2024), in metres: docs/reference/worlds.md says what differs. The seed decides the door and the start. */
export class WallWorld extends FloorWorld<WallPlan> {
  constructor(options: FloorOptions) {
    super(options, {
      name: "wall",
      body: WALL_BODY,
      plan: (random: Random) => wallPlan(DOORS_PX[random.fork("door").uniform() < 0.5 ? 0 : 1]),
      camera: (plan) => new OverheadCamera(plan, WALL_VIEW_M, { radiusM: DOT_PX * METRES_PER_PX, front: FRONT, rear: FRONT }),
    });
  }
}
