import { STOP_TWIST, type TwistCommand } from "../core/command.js";
import type { BodyState, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { clamp } from "../math/angle.js";
import { type DifferentialDriveResponse, type DriveState, driveStep } from "../motion/differential-drive.js";
import { REST_SPEED_MPS } from "./rest.js";
import { secondsBetween } from "./seconds.js";
import { asTwist, scaled } from "./twist.js";

/** Between poses of a path: 15 mm at 0.6 m/s; between two of them the distance to a point 0.2 m away is off by 0.2 mm at most. */
const STEP_S = 0.025;
/** Below this speed the body coasts out in a straight line of v·τ. */
const COAST_MPS = 0.03;
const BISECTIONS = 8;
/** 10 s of braking: an odometry that claims a speed from which even that is not enough is refused by the speed rule. */
const MAX_STEPS = 400;

/** Centres of the body along a path, `[x0, y0, x1, y1, …]`, metres in the odometry frame. */
export type Path = readonly number[];
/** Distance of the whole path to what must not be touched, metres, measured from the body's centre. */
export type DistanceOf = (path: Path) => number;

/**
 * Judges a command by what follows from it: the body goes on as it is until the command acts, obeys it for one reaction time, then
 * brakes to rest. A command is allowed when all of that way keeps the distance. So, by induction, braking at once keeps it, too.
 * Where even braking at once would not (the obstacle is new, or moved, or the body slid), a command is allowed when it comes no nearer
 * than braking would and does not go on towards it: turn in place, go along, go away. Everything else becomes zero.
 */
export class StoppingPath {
  private readonly response: DifferentialDriveResponse;

  constructor(private readonly robot: RobotDescription) {
    this.response = responseOf(robot);
  }

  /**
   * @param sampledM how much nearer a way along the obstacle may seem to come because the obstacle is known by samples only; counts in the
   * outer half of the clearance, so that nobody can creep through it
   * @returns undefined: allowed; else the fastest allowed command of the same curvature
   */
  judge(
    guardrail: string,
    command: TwistCommand,
    now: BodyState,
    distanceOf: DistanceOf,
    neededM: number,
    sampledM = 0,
  ): Ruling | undefined {
    const state = this.whenItActs(now);
    if (state === undefined) return { violation: { guardrail, value: Number.NaN, limit: neededM, unit: "m" } };
    // A disc that turns in place goes nowhere.
    if (command.vxMps === 0 && Math.abs(state.twist.vxMps) <= REST_SPEED_MPS) return undefined;
    const distance = (twist: TwistCommand) => distanceOf(this.path(state, twist));
    const asked = distance(command);
    if (asked >= neededM) return undefined;
    const violation = { guardrail, value: asked, limit: neededM, unit: "m" };
    const braking = distance(STOP_TWIST);
    if (braking < neededM) {
      const startM = distanceOf([state.pose.xM, state.pose.yM]);
      const againstMotion = command.vxMps * state.twist.vxMps <= 0 || Math.abs(state.twist.vxMps) <= REST_SPEED_MPS;
      // As long as braking itself still comes nearer, nothing that goes on in that direction passes, however slow.
      const slackM = braking > neededM - this.robot.clearanceM / 2 ? sampledM : 0;
      return asked >= braking - slackM && (braking >= startM - slackM || againstMotion) ? undefined : { violation, allowed: STOP_TWIST };
    }
    let low = 0;
    let high = 1;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (low + high) / 2;
      if (distance(scaled(command, middle)) >= neededM) low = middle;
      else high = middle;
    }
    return { violation, allowed: scaled(command, low) };
  }

  /** For planning, without the lag: the way from a speed to rest, in the direction of that speed; metres, negative backward. */
  aheadM(vxMps: number): number {
    const { limits, response } = this.robot;
    return vxMps * (response.reactionS + response.commandDelayS + Math.abs(vxMps) / (2 * limits.decelerationMps2));
  }

  /** The way under `command` for one reaction time, then braking. */
  path(from: DriveState, command: TwistCommand): Path {
    const path = [from.pose.xM, from.pose.yM];
    let state = from;
    let reactionS = this.robot.response.reactionS;
    while (reactionS > 1e-9) {
      const stepS = Math.min(STEP_S, reactionS);
      state = driveStep(state, command, stepS, this.response);
      path.push(state.pose.xM, state.pose.yM);
      reactionS -= stepS;
    }
    for (let i = 0; i < MAX_STEPS && Math.abs(state.twist.vxMps) > COAST_MPS; i++) {
      state = driveStep(state, STOP_TWIST, STEP_S, this.response);
      path.push(state.pose.xM, state.pose.yM);
    }
    const coast = state.twist.vxMps * this.response.timeConstantS;
    path.push(state.pose.xM + coast * Math.cos(state.pose.yawRad), state.pose.yM + coast * Math.sin(state.pose.yawRad));
    return path;
  }

  /**
   * Where the body will be, and how fast, when a command given now begins to act. It is taken to move as fast as the faster of what was
   * measured and what it was last told: the measurement is late while it speeds up, the command is early while it slows down, and a
   * frozen odometry must not look like standing still.
   */
  private whenItActs(now: BodyState): DriveState | undefined {
    const last = asTwist(now.lastOutput);
    if (now.odometry === undefined || last === undefined) return undefined;
    const { odomFromBase: pose, twistInBase: measured } = now.odometry;
    const sameWay = last.vxMps * measured.vxMps > 0 || Math.abs(measured.vxMps) <= REST_SPEED_MPS;
    const vxMps = sameWay && Math.abs(last.vxMps) > Math.abs(measured.vxMps) ? last.vxMps : measured.vxMps;
    const ageS = clamp(secondsBetween(now.odometry.stampNs, now.nowNs), 0, this.robot.staleness.odometryS);
    const held = { vxMps, yawRateRps: last.yawRateRps };
    const state: DriveState = { pose, twist: { ...measured, vxMps } };
    const waitS = ageS + this.robot.response.commandDelayS;
    return waitS > 0 ? driveStep(state, held, waitS, this.response) : state;
  }
}

/** How the body answers a command, as the robot file describes it. */
export function responseOf({ limits, response }: RobotDescription): DifferentialDriveResponse {
  return {
    timeConstantS: response.timeConstantS,
    maxAccelerationMps2: limits.accelerationMps2,
    maxDecelerationMps2: limits.decelerationMps2,
    maxYawAccelerationRps2: limits.yawAccelerationRps2,
  };
}
