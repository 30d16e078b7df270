import type { ControlOptions } from "../control/control-options.js";
import { footprintEdgeOf } from "../control/footprint-edge.js";
import { embodimentOf } from "../embodiment/index.js";
import { frameMisfit } from "../perception/fit-frame.js";
import type { PlannerSetup } from "./planner-setup.js";

/** What the controller has to know, put together from the parameters, the robot file and the model. */
export function controlOptionsOf({ model, robot, parameters: p }: Pick<PlannerSetup, "model" | "robot" | "parameters">): ControlOptions {
  const ns = (seconds: number) => BigInt(Math.round(seconds * 1e9));
  return {
    periodNs: ns(1 / p.control_rate_hz),
    stepNs: ns(model.stepS),
    blockSize: model.blockSize,
    axes: model.axes,
    command: embodimentOf(robot).command(robot),
    planningPeriodNs: ns(p.planning_period_s),
    commitmentNs: ns(p.commitment_s),
    commandDelayNs: ns(robot.response.commandDelayS),
    planExpiryNs: ns(p.plan_expiry_s),
    frameMaxAgeNs: ns(p.frame_max_age_s),
    frameMisfit: (frame) => frameMisfit(frame, model.image),
    bodyMaxAgeNs: ns(p.odometry_max_age_s),
    baseFromScan: robot.scanner?.baseFromScan ?? { xM: 0, yM: 0, yawRad: 0 },
    ...(robot.scanner && { scanFrame: robot.scanner.frame, footprintEdgeM: footprintEdgeOf(robot.footprint, robot.scanner.baseFromScan) }),
    arrival: {
      positionM: p.xy_goal_tolerance_m,
      yawRad: p.yaw_goal_tolerance_rad,
      decelerationMps2: robot.limits.decelerationMps2,
      timeConstantS: robot.response.timeConstantS,
    },
    goalTolerance: p.goal_tolerance,
    progressM: p.progress_m,
    patienceNs: ns(p.patience_s),
    goals: {
      arena: model.arena,
      imageSize: { width: model.image.widthPx, height: model.image.heightPx },
      maxAgeNs: ns(p.goal_max_age_s),
      withHeading: p.use_goal_yaw,
    },
  };
}
