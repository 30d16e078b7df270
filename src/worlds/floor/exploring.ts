import type { Random } from "../../core/random.js";
import type { Point } from "./plan.js";

/** Explorers of floors give commands for this control period. */
export const EXPLORER_PERIOD_S = 0.05;

/** The two numbers of a command that an explorer chooses, in SI. */
export type Action = readonly [number, number];

/** What an explorer does for a while before it draws something else to do. */
export interface Segment {
  /** @returns undefined when the segment is over */
  next(): Action | undefined;
}

/** Ornstein-Uhlenbeck noise: stationary, standard normal at each tick, forgotten after about `correlationS`. */
export class ColouredNoise {
  private value: number;
  private readonly keep: number;

  constructor(
    private readonly random: Random,
    correlationS: number,
  ) {
    this.keep = Math.exp(-EXPLORER_PERIOD_S / correlationS);
    this.value = random.normal();
  }

  next(): number {
    this.value = this.keep * this.value + Math.sqrt(1 - this.keep * this.keep) * this.random.normal();
    return this.value;
  }
}

/** The point a distance further on a polyline; its end when it is shorter. */
export function along(points: readonly Point[], distanceM: number): Point {
  let left = distanceM;
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1]!;
    const to = points[i]!;
    const length = Math.hypot(to.xM - from.xM, to.yM - from.yM);
    if (length >= left && length > 0) {
      const t = left / length;
      return { xM: from.xM + t * (to.xM - from.xM), yM: from.yM + t * (to.yM - from.yM) };
    }
    left -= length;
  }
  return points.at(-1)!;
}

/** One action after the other, each for 0.1 to 1 s, held or faded into the next. */
export class RandomActions implements Segment {
  private ticksLeft: number;
  private readonly fades: boolean;
  private from: Action;
  private to: Action;
  private tick = 0;
  private ticks: number;

  /** @param action draws one */
  constructor(
    private readonly random: Random,
    private readonly action: () => Action,
    leastS: number,
    mostS: number,
  ) {
    this.ticksLeft = Math.round((leastS + (mostS - leastS) * random.uniform()) / EXPLORER_PERIOD_S);
    this.fades = random.uniform() < 0.5;
    this.from = action();
    this.to = action();
    this.ticks = this.duration();
  }

  next(): Action | undefined {
    if (this.ticksLeft-- <= 0) return undefined;
    if (this.tick === this.ticks) {
      this.from = this.to;
      this.to = this.action();
      this.ticks = this.duration();
      this.tick = 0;
    }
    const fraction = this.fades ? this.tick / this.ticks : 0;
    this.tick++;
    return [this.from[0] + fraction * (this.to[0] - this.from[0]), this.from[1] + fraction * (this.to[1] - this.from[1])];
  }

  private duration(): number {
    return Math.round((0.1 + 0.9 * this.random.uniform()) / EXPLORER_PERIOD_S);
  }
}

/** A new action every tick, as a sampling planner makes them, around a mean that is kept for the segment of 1 to 3 s. */
export class Jitter implements Segment {
  private ticksLeft: number;
  private readonly mean: Action;
  private readonly spread: number;

  /** @param wide draws an action from the whole range */
  constructor(
    random: Random,
    private readonly wide: () => Action,
  ) {
    this.ticksLeft = Math.round((1 + 2 * random.uniform()) / EXPLORER_PERIOD_S);
    this.mean = wide();
    this.spread = random.uniform();
  }

  next(): Action | undefined {
    if (this.ticksLeft-- <= 0) return undefined;
    const [a, b] = this.wide();
    return [this.mean[0] + this.spread * (a - this.mean[0]), this.mean[1] + this.spread * (b - this.mean[1])];
  }
}
