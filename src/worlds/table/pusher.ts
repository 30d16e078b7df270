import { clamp } from "../../math/angle.js";
import { approach } from "../../motion/lag.js";
import { MAX_SPEED_MPS, PHYSICS_STEP_S, REACH_M } from "./table.js";

/**
 * PushT's loop accelerates the pusher by k_p · (target - position) - k_v · velocity, with k_p = 100/s² and k_v = 20/s. A command v keeps the target
 * v · k_v / k_p = 0.2 s · v ahead of the pusher, which leaves k_v · (v - velocity): a lag of 1 / k_v. The largest action there, a target 100
 * pixels ahead, is 0.75 m/s. Here the target moves along with the pusher all the time, not once a control period, so that a command
 * means the same however often it is repeated.
 */
const TIME_CONSTANT_S = 1 / 20;
/** The loop would ask for more, 15 m/s² at most: no robot file allows that. */
const ACCELERATION_MPS2 = 3;
const DECELERATION_MPS2 = 4;

const SHARE = -Math.expm1(-PHYSICS_STEP_S / TIME_CONSTANT_S);

/** A disc that nothing on the table can stop; walls do. It does not turn. */
export class Pusher {
  xM = 0;
  yM = 0;
  vxMps = 0;
  vyMps = 0;
  /** At the beginning of the step that it just made. */
  fromXM = 0;
  fromYM = 0;
  /** Times it began to touch a wall. */
  touches = 0;
  /** Steps in which it was held back. */
  holds = 0;
  private touching = false;

  place(xM: number, yM: number, vxMps = 0, vyMps = 0): void {
    this.xM = this.fromXM = xM;
    this.yM = this.fromYM = yM;
    this.vxMps = vxMps;
    this.vyMps = vyMps;
    this.touching = Math.max(Math.abs(xM), Math.abs(yM)) >= REACH_M;
  }

  /** One physics step towards a commanded velocity, integrated as `motion/differential-drive.ts` does. */
  step(commandXMps: number, commandYMps: number): void {
    this.fromXM = this.xM;
    this.fromYM = this.yM;
    const vxMps = answer(this.vxMps, commandXMps);
    const vyMps = answer(this.vyMps, commandYMps);
    this.xM += ((this.vxMps + vxMps) / 2) * PHYSICS_STEP_S;
    this.yM += ((this.vyMps + vyMps) / 2) * PHYSICS_STEP_S;
    this.vxMps = vxMps;
    this.vyMps = vyMps;
    this.stayInside();
  }

  /** Pressed against something that is blocked: moved out by that much, and the speed into it is lost. */
  holdBack(normalX: number, normalY: number, byM: number): void {
    this.holds++;
    this.xM += normalX * byM;
    this.yM += normalY * byM;
    const into = Math.min(0, this.vxMps * normalX + this.vyMps * normalY);
    this.vxMps -= into * normalX;
    this.vyMps -= into * normalY;
    this.stayInside();
  }

  private stayInside(): void {
    const touches = Math.max(Math.abs(this.xM), Math.abs(this.yM)) >= REACH_M;
    if (Math.abs(this.xM) >= REACH_M) {
      this.xM = Math.sign(this.xM) * REACH_M;
      if (this.vxMps * this.xM > 0) this.vxMps = 0;
    }
    if (Math.abs(this.yM) >= REACH_M) {
      this.yM = Math.sign(this.yM) * REACH_M;
      if (this.vyMps * this.yM > 0) this.vyMps = 0;
    }
    if (touches && !this.touching) this.touches++;
    this.touching = touches;
  }
}

function answer(vMps: number, commandMps: number): number {
  const wanted = clamp(commandMps, -MAX_SPEED_MPS, MAX_SPEED_MPS);
  return approach(vMps, wanted, SHARE, ACCELERATION_MPS2 * PHYSICS_STEP_S, DECELERATION_MPS2 * PHYSICS_STEP_S);
}
