import type { Mode } from "../core/mode.js";

/** What is known about the run; the mode follows from it and from nothing else. */
export interface RunState {
  readonly configured: boolean;
  readonly goal: boolean;
  readonly planned: boolean;
  readonly blocked: boolean;
  readonly arrived: boolean;
  readonly paused: boolean;
  readonly estopped: boolean;
  readonly stale: boolean;
}

export const MODE_EVENTS = [
  "configure",
  "cleanup",
  "goal",
  "cancel",
  "plan",
  "plan-lost",
  "no-progress",
  "arrive",
  "leave",
  "pause",
  "resume",
  "estop",
  "estop-reset",
  "stale",
  "fresh",
] as const;
export type ModeEvent = (typeof MODE_EVENTS)[number];

export const INITIAL_RUN: RunState = {
  configured: false,
  goal: false,
  planned: false,
  blocked: false,
  arrived: false,
  paused: false,
  estopped: false,
  stale: true,
};

const NO_GOAL = { goal: false, planned: false, blocked: false, arrived: false };

/** The state after an event. Pure; an event that means nothing in a state leaves it as it is. */
export function transition(state: RunState, event: ModeEvent): RunState {
  switch (event) {
    case "configure":
      return state.configured ? state : { ...INITIAL_RUN, configured: true, estopped: state.estopped };
    case "cleanup":
      return { ...INITIAL_RUN, estopped: state.estopped };
    case "goal":
      return state.configured ? { ...state, ...NO_GOAL, goal: true } : state;
    case "cancel":
      return { ...state, ...NO_GOAL };
    case "plan":
      return state.goal ? { ...state, planned: true, blocked: false } : state;
    case "plan-lost":
      return { ...state, planned: false };
    case "no-progress":
      return state.goal && !state.arrived ? { ...state, blocked: true } : state;
    case "arrive":
      return state.goal ? { ...state, arrived: true, blocked: false } : state;
    case "leave":
      return state.arrived ? { ...state, arrived: false, planned: false } : state;
    case "pause":
      return { ...state, paused: true };
    case "resume":
      return { ...state, paused: false };
    case "estop":
      // An emergency stop forgets the goal: after the reset the robot must not set off by itself.
      return { ...state, ...NO_GOAL, estopped: true };
    case "estop-reset":
      return { ...state, estopped: false };
    case "stale":
      // What was planned from data that are now stale is not played on when they come back.
      return { ...state, stale: true, planned: false };
    case "fresh":
      return { ...state, stale: false };
  }
}

/** The most restrictive reason wins. */
export function modeOf(state: RunState): Mode {
  if (!state.configured) return "unconfigured";
  if (state.estopped || state.paused || state.stale) return "stopped";
  if (!state.goal) return "idle";
  if (state.arrived) return "reached";
  if (state.blocked) return "blocked";
  return state.planned ? "tracking" : "planning";
}

/** Whether the robot may move in a mode. */
export function mayMove(mode: Mode): boolean {
  return mode === "tracking";
}

/** Whether plans are wanted in a mode: also while blocked, since a path may open. */
export function wantsPlan(mode: Mode): boolean {
  return mode === "planning" || mode === "tracking" || mode === "blocked";
}
