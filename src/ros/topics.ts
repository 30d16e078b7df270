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
