import { PRECISIONS, PROPOSAL_SOURCES } from "../core/model.js";
import { parametersOf } from "../objective/cost-registry.js";
import { COSTS } from "../objective/costs/index.js";
import type { ParameterTable, ParameterValues } from "./parameter.js";

/** Parameters of the controller node. None of them is a limit of the robot: those are in `calibration/` and in code only. */
export const CONTROLLER_PARAMETERS = {
  model: { default: "models/rooms/base", description: "Folder of the world model (model.yaml and its graphs)" },
  robot: {
    default: "",
    description: "Robot file, or its folder: footprint, limits, response, sensor poses; empty: that of the robot that the model names",
  },
  seed: { default: 0, integer: true, min: 0, max: 4294967295, description: "Seed of the planner's sampling" },
  control_rate_hz: { default: 20, min: 5, max: 100, description: "Commands per second", unit: "Hz" },
  planner: { default: "hybrid", dynamic: true, description: "Planner, by its name, or by the path of a module of your own" },
  horizon_steps: { default: 10, dynamic: true, integer: true, min: 2, max: 40, description: "Length of a plan, in model steps" },
  stalled_after_s: {
    default: 1,
    dynamic: true,
    min: 0,
    max: 600,
    description: "Time without progress towards the goal after which plans take the longer horizon",
    unit: "s",
  },
  stalled_horizon_steps: {
    default: 20,
    dynamic: true,
    integer: true,
    min: 2,
    max: 60,
    description: "Length of a plan then, in model steps",
  },
  samples: { default: 64, dynamic: true, integer: true, min: 8, max: 4096, description: "Candidate action sequences per iteration" },
  iterations: { default: 6, dynamic: true, integer: true, min: 1, max: 100, description: "Maximum number of planner iterations per plan" },
  planning_budget_s: { default: 0.045, dynamic: true, min: 0.005, max: 5, description: "Wall time that one plan may take", unit: "s" },
  planning_period_s: {
    default: 0.09,
    dynamic: true,
    min: 0.01,
    max: 5,
    description: "Minimum time between the frames of two plans",
    unit: "s",
  },
  min_improvement: {
    default: 0.001,
    dynamic: true,
    min: 0,
    max: 1,
    description: "Planning ends when an iteration lowers the energy by less than this fraction",
  },
  commitment_s: {
    default: 0.1,
    min: 0.01,
    max: 5,
    description:
      "Time after a frame during which the actions of the running plan stay fixed: it must cover the delay of the picture and the planning",
    unit: "s",
  },
  plan_expiry_s: { default: 1.0, min: 0.1, max: 10, description: "Age of its frame at which a plan is no longer executed", unit: "s" },
  frame_max_age_s: { default: 0.4, min: 0.05, max: 5, description: "Age at which a camera frame is stale", unit: "s" },
  odometry_max_age_s: {
    default: 0.2,
    min: 0.02,
    max: 5,
    description: "Age at which odometry, or an arm's joint states, are stale",
    unit: "s",
  },
  goal_max_age_s: {
    default: 10,
    dynamic: true,
    min: 0.1,
    max: 3600,
    description: "Age of its stamp at which a goal is refused",
    unit: "s",
  },
  xy_goal_tolerance_m: { default: 0.1, min: 0.01, max: 5, description: "Distance from the goal that counts as reached", unit: "m" },
  yaw_goal_tolerance_rad: { default: 0.25, min: 0.02, max: 3.2, description: "Heading error that counts as reached", unit: "rad" },
  goal_tolerance: {
    default: 1,
    min: 0,
    max: 100,
    description: "Cost to go that counts as reached, for models whose goals are pictures, not positions",
    unit: "multiples of the usual tolerance",
  },
  use_goal_yaw: {
    default: false,
    dynamic: true,
    description: "Whether the heading of a goal pose, or of a goal picture, is to be reached too",
  },
  progress_m: {
    default: 0.05,
    min: 0,
    max: 10,
    description: "Minimum progress within patience_s; with less the robot counts as blocked",
    unit: "m",
  },
  patience_s: { default: 6, min: 0.5, max: 600, description: "Time without progress after which the robot counts as blocked", unit: "s" },
  ...parametersOf(COSTS),
  extra_costs: { default: [], dynamic: true, description: "Your own costs, by the paths of their modules; they add to the energy" },
  inference_threads: { default: 1, integer: true, min: 1, max: 64, description: "Threads that one inference may use" },
  precision: {
    default: "int8",
    oneOf: PRECISIONS,
    description: "Arithmetic of the planner's rollouts: int8 (where the model and the processor have it) or float32",
  },
  proposals: {
    default: "none",
    oneOf: PROPOSAL_SOURCES,
    description:
      "Action sequences that join the planner's first iteration: none, those of the model's head, of plans.bin beside the model (memory), or of both",
  },
  imagination_hz: {
    default: 2,
    dynamic: true,
    min: 0,
    max: 20,
    description: "Decoded predictions of the chosen plan published per second; 0: none",
  },
  autostart: { default: true, description: "Configure and activate at start; false when a lifecycle manager does it" },
} as const satisfies ParameterTable;

export type ControllerParameters = ParameterValues<typeof CONTROLLER_PARAMETERS>;
