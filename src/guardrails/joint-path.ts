import { type Command, valuesOf } from "../core/command.js";
import type { GateContext } from "../core/guardrail.js";
import type { LinkGeometry, RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import { clamp } from "../math/angle.js";
import { secondsBetween } from "../math/seconds.js";
import { LinkDistances } from "../motion/link-distances.js";
import { measured } from "./axes.js";
import { heldTimeS } from "./held-time.js";

/** Between two poses of a path. */
const STEP_S = 0.025;
const REST_RPS = 0.02;
const MAX_STEPS = 200;

interface Least {
  readonly distanceM: number;
  readonly isBox: boolean;
}

/** Paths of all joints from what is measured now to rest, and what the links come near to on them. */
export class JointPath {
  private readonly distances: LinkDistances;
  private readonly velocityAfter: ReturnType<ReturnType<typeof embodimentOf>["velocityAfter"]>;
  private states: readonly { readonly q: readonly number[]; readonly v: readonly number[] }[] = [];
  private heldS = 0;

  constructor(
    private readonly robot: RobotDescription,
    links: LinkGeometry,
  ) {
    this.distances = new LinkDistances(links, robot.joints.length);
    this.velocityAfter = embodimentOf(robot).velocityAfter(robot);
  }

  /** When a command given now begins to act: as the measurement goes on under the last command, and as that command alone would have it. @returns false: nothing is measured */
  start(context: GateContext): boolean {
    const body = measured(this.robot, context);
    if (body === undefined) return false;
    const waitS = clamp(secondsBetween(body.stampNs, context.nowNs), 0, this.robot.staleness.odometryS) + this.robot.response.commandDelayS;
    const last = valuesOf(context.lastOutput);
    this.heldS = heldTimeS(this.robot, context);
    this.states = [body.velocity, last].map((velocity) => {
      const state = { q: [...body.position], v: velocity };
      for (let t = 0; t < waitS - 1e-9; t += STEP_S) this.step(state, last, Math.min(STEP_S, waitS - t));
      return state;
    });
    return true;
  }

  least(command: Command): Least {
    let least: Least = { distanceM: Number.POSITIVE_INFINITY, isBox: true };
    const { reachM, boxCount } = this.distances;
    for (const state of this.states) {
      this.follow(state, command, (distancesM, moved) => {
        const slackM = moved.reduce((sum, rad, i) => sum + (Math.abs(rad) * reachM[i]!) / 2, 0);
        for (let i = 0; i < distancesM.length; i++) {
          // Two links may both move: each by that much.
          const distanceM = distancesM[i]! - (i < boxCount ? slackM : 2 * slackM);
          if (!(distanceM >= least.distanceM)) least = { distanceM, isBox: i < boxCount };
        }
      });
    }
    return least;
  }

  /** The least of each distance along the path. */
  each(command: Command): readonly number[] {
    const least = Array.from(this.distances.distancesM, () => Number.POSITIVE_INFINITY);
    for (const state of this.states) {
      this.follow(state, command, (distancesM) => {
        for (let i = 0; i < least.length; i++) if (!(distancesM[i]! >= least[i]!)) least[i] = distancesM[i]!;
      });
    }
    return least;
  }

  private follow(
    from: { readonly q: readonly number[]; readonly v: readonly number[] },
    command: Command,
    take: (distancesM: Float64Array, moved: readonly number[]) => void,
  ): void {
    const state = { q: [...from.q], v: from.v };
    const asked = valuesOf(command);
    const zero = asked.map(() => 0);
    take(this.distances.measure(state.q), zero);
    let t = 0;
    for (let k = 0; k < MAX_STEPS && (t < this.heldS - 1e-9 || state.v.some((v) => Math.abs(v) > REST_RPS)); k++) {
      const stepS = t < this.heldS - 1e-9 ? Math.min(STEP_S, this.heldS - t) : STEP_S;
      const before = state.q.slice();
      this.step(state, t < this.heldS - 1e-9 ? asked : zero, stepS);
      t += stepS;
      take(
        this.distances.measure(state.q),
        state.q.map((q, i) => q - before[i]!),
      );
    }
  }

  private step(state: { q: number[]; v: readonly number[] }, command: readonly number[], stepS: number): void {
    const v = this.velocityAfter(state.v, command, stepS);
    for (let i = 0; i < state.q.length; i++) state.q[i] = state.q[i]! + ((state.v[i]! + v[i]!) / 2) * stepS;
    state.v = v;
  }
}
