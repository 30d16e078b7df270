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
  /** Of the time under a command: whole steps, and what is left after them. */
  private wholeSteps = 0;
  private rest: Mover | undefined;
  private heldS = Number.NaN;
  private readonly stepping: Mover;

  /** @param mover moves the body on by so much time @param turns the path goes on until the body no longer turns either */
  constructor(
    private readonly mover: (durationS: number) => Mover,
    private readonly body: { readonly timeConstantS: number; readonly decelerationMps2: number },
    private readonly turns = false,
  ) {
    this.stepping = mover(STEP_S);
  }

  /** For how long a command is followed before the body brakes: has to be said before anything is asked. */
  hold(heldS: number): void {
    if (heldS === this.heldS) return;
    this.heldS = heldS;
    this.wholeSteps = Math.floor(heldS / STEP_S + 1e-9);
    const restS = heldS - this.wholeSteps * STEP_S;
    this.rest = restS > 1e-9 ? this.mover(restS) : undefined;
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
    const { stepping } = this;
    const { timeConstantS } = this.body;
    let t = 0;
    this.count = 0;
    this.reach(pose.xM, pose.yM, pose.yawRad, t);
    stepping.place(pose, twist);
    for (let i = 1; i <= this.wholeSteps; i++) {
      stepping.advance(vxMps, yawRateRps, vyMps);
      t = i * STEP_S;
      this.reach(stepping.xM, stepping.yM, stepping.yawRad, t);
    }
    if (this.rest !== undefined) {
      this.rest.place(stepping, stepping);
      this.rest.advance(vxMps, yawRateRps, vyMps);
      stepping.place(this.rest, this.rest);
      t = this.heldS;
      this.reach(stepping.xM, stepping.yM, stepping.yawRad, t);
    }
    const goesOn = () =>
      stepping.vxMps ** 2 + stepping.vyMps ** 2 > COAST_MPS ** 2 || (this.turns && Math.abs(stepping.yawRateRps) > COAST_RPS);
    while (goesOn() && this.count <= MAX_STEPS) {
      stepping.advance(0, 0);
      t += STEP_S;
      this.reach(stepping.xM, stepping.yM, stepping.yawRad, t);
    }
    const [cos, sin] = [Math.cos(stepping.yawRad) * timeConstantS, Math.sin(stepping.yawRad) * timeConstantS];
    const [xM, yM] = [stepping.xM + stepping.vxMps * cos - stepping.vyMps * sin, stepping.yM + stepping.vxMps * sin + stepping.vyMps * cos];
    const yawRad = stepping.yawRad + (this.turns ? stepping.yawRateRps * timeConstantS : 0);
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
