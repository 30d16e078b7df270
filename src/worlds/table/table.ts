/** PushT's table of 512 pixels a side (diffusion policy, arXiv:2303.04137), at 1.5 mm a pixel: the robot's limits are then those of a small robot. */
export const PX_M = 0.0015;
/** Side of the square that the camera sees: the whole table. */
export const VIEW_M = 512 * PX_M;
/** From the middle to the inner face of each wall. */
export const INSIDE_M = 249 * PX_M;
export const PUSHER_RADIUS_M = 15 * PX_M;
/** What the pusher's centre can reach. */
export const REACH_M = INSIDE_M - PUSHER_RADIUS_M;

export const CONTROL_PERIOD_S = 0.1;
export const CAMERA_PERIOD_S = 0.1;
export const PHYSICS_STEP_S = 0.01;

/** On each axis; what the largest action, a target 100 pixels ahead, comes to. */
export const MAX_SPEED_MPS = 0.75;

/** An unordered pair of coordinates on the table, metres from its middle. */
export interface Point {
  readonly xM: number;
  readonly yM: number;
}
