import type { Axis } from "../core/embodiment.js";
import { velocityAfter } from "../motion/lag.js";

/** How fast an axis may speed up, what it really slows down with, how fast the gate's stops are, and how fast speeding up may begin. */
type Rates = Pick<Axis, "accelerationPerS2" | "decelerationPerS2" | "emergencyDecelerationPerS2" | "jerkPerS3">;

export function axis(name: string, unit: Axis["unit"], minPerS: number, maxPerS: number, rates: Rates): Axis {
  return { name, unit, minPerS, maxPerS, ...rates };
}

/** Each axis follows its command by itself: a first-order lag under its own limits. */
export function independently(axes: readonly Axis[], timeConstantS: number) {
  const responses = axes.map(({ accelerationPerS2, decelerationPerS2 }) => ({ timeConstantS, accelerationPerS2, decelerationPerS2 }));
  return (velocity: readonly number[], command: readonly number[], durationS: number): readonly number[] =>
    velocity.map((v, i) => velocityAfter(v, command[i]!, durationS, responses[i]!));
}
