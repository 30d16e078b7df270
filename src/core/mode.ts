export const MODES = ["unconfigured", "idle", "planning", "tracking", "reached", "blocked", "stopped"] as const;
/**
 * unconfigured: no model yet · idle: no goal · planning: goal, no plan yet · tracking: plays a plan · reached: holds still at the goal
 * blocked: goal kept, but no admissible path or no progress · stopped: paused, e-stopped or inputs stale
 */
export type Mode = (typeof MODES)[number];
