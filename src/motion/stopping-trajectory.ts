import type { Twist2 } from "../core/body.js";
import type { Mover } from "../core/embodiment.js";
import type { PosedPath } from "../math/points.js";
import type { DriveState } from "./differential-drive.js";

/** Between places: 15 mm at 0.6 m/s; between two of them the distance to a point 0.2 m away is off by 0.2 mm at most. */
const STEP_S = 0.025;
/** Below this speed the body coasts out in a straight line of v·τ. */
const COAST_MPS = 0.03;
/** The same for turning. */
const COAST_RPS = 0.1;
/** 10 s of braking. */
const MAX_STEPS = 400;

/**
 * Path of a base that follows one command for a while, then brakes to rest; times from when the command acts. One object is reused, computed
 * anew for every query, because one decision needs dozens: valid until the next; entries beyond `places` are left over from longer paths.
 */
export class StoppingTrajectory implements PosedPath {
  readonly path: number[] = [];
  readonly yawsRad: number[] = [];
  readonly timesS: number[] = [];
  count = 0;
  /** Of the time under a command: by so long each, as few as are needed. */
  private holding: readonly { readonly mover: Mover; readonly untilS: number }[] = [];
  private heldS = Number.NaN;
  private readonly braking: Mover;

  /** @param mover moves the body on by so much time @param turns the path goes on until the body no longer turns either */
  constructor(
    private readonly mover: (durationS: number) => Mover,
    private readonly body: { readonly timeConstantS: number; readonly decelerationMps2: number },
    private readonly turns = false,
  ) {
    this.braking = mover(STEP_S);
  }

  /** For how long a command is followed before the body brakes: has to be said before anything is asked. */
  hold(heldS: number): void {
    if (heldS === this.heldS) return;
    this.heldS = heldS;
    const holding: { mover: Mover; untilS: number }[] = [];
    for (let t = 0; t < heldS - 1e-9; ) {
      const stepS = Math.min(STEP_S, heldS - t);
      t += stepS;
      holding.push({ mover: this.mover(stepS), untilS: t });
    }
    this.holding = holding;
  }

  /** When the body rests, or, if that is later, the end of the observed time. */
  get restsS(): number {
    return this.timesS[this.count - 1]!;
  }

  /**
   * No command of at most this speed leads farther than this: on no axis does the body get faster than it is or is commanded, and then it brakes, with
   * its deceleration down to the speed that its lag alone stops, in the time constant and half a step of the integration.
   */
  reachM(twist: Twist2, vxMps: number, vyMps: number): number {
    const { timeConstantS, decelerationMps2 } = this.body;
    const speedMps = Math.max(Math.abs(twist.vxMps), Math.abs(vxMps)) + Math.max(Math.abs(twist.vyMps), Math.abs(vyMps));
    return speedMps * (this.heldS + timeConstantS + STEP_S + speedMps / (2 * decelerationMps2));
  }

  /** @param untilS extends the time at rest, for moving obstacles: so that moving away from one compares with standing there */
  follow({ pose, twist }: DriveState, [vxMps = 0, vyMps = 0, yawRateRps = 0]: readonly number[], untilS = 0): this {
    const { braking } = this;
    const { timeConstantS } = this.body;
    let t = 0;
    this.count = 0;
    this.reach(pose.xM, pose.yM, pose.yawRad, t);
    braking.place(pose, twist);
    for (const { mover, untilS } of this.holding) {
      mover.place(braking, braking);
      mover.advance(vxMps, yawRateRps, vyMps);
      braking.place(mover, mover);
      t = untilS;
      this.reach(mover.xM, mover.yM, mover.yawRad, t);
    }
    const goesOn = () =>
      braking.vxMps ** 2 + braking.vyMps ** 2 > COAST_MPS ** 2 || (this.turns && Math.abs(braking.yawRateRps) > COAST_RPS);
    while (goesOn() && this.count <= MAX_STEPS) {
      braking.advance(0, 0);
      t += STEP_S;
      this.reach(braking.xM, braking.yM, braking.yawRad, t);
    }
    const [cos, sin] = [Math.cos(braking.yawRad) * timeConstantS, Math.sin(braking.yawRad) * timeConstantS];
    const [xM, yM] = [braking.xM + braking.vxMps * cos - braking.vyMps * sin, braking.yM + braking.vxMps * sin + braking.vyMps * cos];
    const yawRad = braking.yawRad + (this.turns ? braking.yawRateRps * timeConstantS : 0);
    t += timeConstantS;
    this.reach(xM, yM, yawRad, t);
    while (t < untilS) {
      t = Math.min(untilS, t + STEP_S);
      this.reach(xM, yM, yawRad, t);
    }
    return this;
  }

  private reach(xM: number, yM: number, yawRad: number, t: number): void {
    this.path[2 * this.count] = xM;
    this.path[2 * this.count + 1] = yM;
    this.yawsRad[this.count] = yawRad;
    this.timesS[this.count++] = t;
  }
}
