/** Relative names, so that a namespace or a remapping moves them; `/diagnostics` and `/clock` are global by convention. */
export const TOPICS = {
  image: "image",
  cameraInfo: "camera_info",
  odometry: "odom",
  scan: "scan",
  goalPose: "goal_pose",
  goalImage: "goal_image",
  estop: "estop",
  commandProposed: "cmd_vel_proposed",
  command: "cmd_vel",
  /** How little the proposer trusts its model: [surprise, uncertainty], in multiples of the usual; the second may be left out. */
  doubt: "doubt",
  jointStates: "joint_states",
  /** Of arms: proposed to the guard, and the guard's to the joints. */
  jointsProposed: "commands_proposed",
  jointCommands: "commands",
  guardState: "guard_state",
  plan: "plan",
  markers: "markers",
  imagination: "imagination",
  status: "status",
  diagnostics: "/diagnostics",
  clock: "/clock",
  initialPose: "initialpose",
  worldState: "world_state",
  tf: "/tf",
} as const;

export const SERVICES = { cancel: "cancel", pause: "pause", resume: "resume", estopReset: "estop_reset" } as const;
