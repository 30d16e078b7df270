import type { Pose2, Twist2 } from "../core/body.js";
import type { FloorBody, Mover } from "../core/embodiment.js";
import type { RobotDescription } from "../core/robot-description.js";
import { clamp } from "../math/angle.js";
import { approach, MAX_STEP_S } from "../motion/lag.js";
import { base, twistAxes } from "./base.js";

/** Below it the direction of the front wheels does not show in the twist. */
const STANDS_MPS = 1e-6;

/**
 * Two wheels steer, as on a car: no turning in place, and no curve tighter than the wheels' greatest angle makes it. Commands are twists, as drivers of
 * such bases take them, for the middle of the rear axle; the yaw rate that belongs to a speed is at most |v|·tan(angle)/wheelbase. A command of speed 0
 * leaves the wheels as they are: the body brakes along its arc.
 */
const floor: FloorBody = {
  sideways: false,
  mover: (robot, durationS, maxStepS) => new SteeredMover(robot, durationS, maxStepS),
  // The wheels stay as they are, and with them the curvature.
  atSpeed: ({ vxMps: v, yawRateRps }, vxMps) => ({ vxMps, vyMps: 0, yawRateRps: Math.abs(v) > STANDS_MPS ? (yawRateRps * vxMps) / v : 0 }),
};

export const ackermann = base("ackermann", floor, {
  ownNumbers: {
    wheelbase_m: { unit: "m", min: 0.05, max: 2 },
    max_steering_rad: { unit: "rad", min: 0.05, max: 1.2 },
    steering_rate_rps: { unit: "rad/s", min: 0.1, max: 10 },
  },
  axes(robot) {
    const [vx, vy, yawRate] = twistAxes(robot);
    const mostRps = Math.min(yawRate.maxPerS, vx.maxPerS * steeringOf(robot).maxPerM);
    return [vx, vy, { ...yawRate, minPerS: -mostRps, maxPerS: mostRps }];
  },
  velocityAfter:
    (robot) =>
    ([vxMps = 0, , yawRateRps = 0], [vx = 0, , yawRate = 0], durationS) => {
      const mover = new SteeredMover(robot, durationS);
      mover.place(mover, { vxMps, vyMps: 0, yawRateRps });
      mover.advance(vx, yawRate);
      return [mover.vxMps, 0, mover.yawRateRps];
    },
  feasible(robot) {
    const { maxPerM } = steeringOf(robot);
    return ([vx = 0, vy = 0, yawRate = 0]) => {
      const mostRps = Math.abs(vx) * maxPerM;
      return [vx, vy, clamp(yawRate, -mostRps, mostRps)];
    };
  },
});

/** The steering of one robot file, with the greatest curvature, radians a metre. */
function steeringOf({ own = {} }: RobotDescription) {
  const { wheelbase_m: wheelbaseM = Number.NaN, max_steering_rad: maxRad = Number.NaN, steering_rate_rps: rateRps = Number.NaN } = own;
  return { wheelbaseM, maxRad, rateRps, maxPerM: Math.tan(maxRad) / wheelbaseM };
}

/** The kinematic bicycle: speed with a lag under acceleration limits, steering angle at its greatest rate, yaw rate as these two make it. */
class SteeredMover implements Mover {
  xM = 0;
  yM = 0;
  yawRad = 0;
  vxMps = 0;
  readonly vyMps = 0;
  yawRateRps = 0;
  private steeringRad = 0;
  private readonly steps: number;
  private readonly stepS: number;
  private readonly fraction: number;
  private readonly steering: ReturnType<typeof steeringOf>;

  constructor(
    private readonly robot: RobotDescription,
    durationS: number,
    maxStepS = MAX_STEP_S,
  ) {
    const { timeConstantS } = robot.response;
    this.steps = Math.max(1, Math.ceil(durationS / maxStepS - 1e-9));
    this.stepS = durationS / this.steps;
    this.fraction = timeConstantS > 0 ? -Math.expm1(-this.stepS / timeConstantS) : 1;
    this.steering = steeringOf(robot);
  }

  /** The wheels are as the twist says; of a body at rest they are taken to point straight ahead. */
  place({ xM, yM, yawRad }: Pose2, { vxMps, yawRateRps }: Twist2): void {
    this.xM = xM;
    this.yM = yM;
    this.yawRad = yawRad;
    this.vxMps = vxMps;
    this.steeringRad = Math.abs(vxMps) > STANDS_MPS ? this.angleOf(yawRateRps / vxMps) : 0;
    this.yawRateRps = this.turning(vxMps, this.steeringRad);
  }

  advance(vxMps: number, yawRateRps: number): void {
    const { steps, stepS, fraction, steering } = this;
    const { accelerationMps2, decelerationMps2 } = this.robot.limits;
    const aimRad = Math.abs(vxMps) > STANDS_MPS ? this.angleOf(yawRateRps / vxMps) : this.steeringRad;
    for (let i = 0; i < steps; i++) {
      const v = approach(this.vxMps, vxMps, fraction, accelerationMps2 * stepS, decelerationMps2 * stepS);
      const angleRad = this.steeringRad + clamp(aimRad - this.steeringRad, -steering.rateRps * stepS, steering.rateRps * stepS);
      const distanceM = ((this.vxMps + v) / 2) * stepS;
      const turnRad = this.turning(distanceM, (this.steeringRad + angleRad) / 2);
      this.xM += distanceM * Math.cos(this.yawRad + turnRad / 2);
      this.yM += distanceM * Math.sin(this.yawRad + turnRad / 2);
      this.yawRad += turnRad;
      this.vxMps = v;
      this.steeringRad = angleRad;
    }
    this.yawRateRps = this.turning(this.vxMps, this.steeringRad);
  }

  private angleOf(curvaturePerM: number): number {
    const { wheelbaseM, maxRad } = this.steering;
    return clamp(Math.atan(curvaturePerM * wheelbaseM), -maxRad, maxRad);
  }

  /** Turned on a distance, or the yaw rate at a speed. */
  private turning(distance: number, angleRad: number): number {
    return (distance * Math.tan(angleRad)) / this.steering.wheelbaseM;
  }
}
