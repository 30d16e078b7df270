import { type Command, valuesOf, withValues } from "../core/command.js";
import type { Ruling } from "../core/guardrail.js";
import type { Tensor } from "../core/tensor.js";
import type { Unit, ViolationId } from "../core/violation.js";
import { clamp } from "../math/angle.js";
import { values } from "../math/tensor.js";
import type { Axis } from "./axes.js";

/**
 * Margin of each sample's motion, not below -1. Each rule has its own loop over the ticks: a shared one that calls a function of many rules per tick
 * takes several times as long, and planning evaluates thousands.
 * @param of the margin of the rows that lie at `from`, `from + size` … below `to` in the values
 */
export function alongEach(motion: Tensor, of: (values: Float32Array, from: number, to: number, size: number) => number): Float32Array {
  const [samples, ticks, size] = motion.shape as [number, number, number];
  const data = values(motion);
  const margins = new Float32Array(samples);
  for (let n = 0; n < samples; n++) {
    margins[n] = Math.max(-1, of(data, n * ticks * size, (n + 1) * ticks * size, size));
  }
  return margins;
}

/** No command would keep the rule: brake. */
export function stop<Id extends ViolationId>(id: Id, value: number, limit: number, unit: Unit): Ruling<Id> {
  return { violation: { id, value, limit, unit } };
}

/** The nearest command on each axis by itself within what can be reached. */
export function clamped<Id extends ViolationId>(
  id: Id,
  axes: readonly Axis[],
  command: Command,
  reach: (i: number, value: number) => readonly [lowPerS: number, highPerS: number],
): Ruling<Id> | undefined {
  const proposed = valuesOf(command);
  const allowed = proposed.map((value, i) => clamp(value, ...reach(i, value)));
  const i = proposed.findIndex((value, k) => value !== allowed[k]);
  if (i < 0) return undefined;
  const violation = { id, value: proposed[i]!, limit: allowed[i]!, unit: axes[i]!.unit };
  return { violation, allowed: withValues(command, allowed) };
}

/** All axes scaled together, so that the robot follows the same path, slower, until each is within `fraction` of its limits. */
export function fitted<Id extends ViolationId>(id: Id, axes: readonly Axis[], command: Command, fraction: number): Ruling<Id> | undefined {
  const proposed = valuesOf(command);
  const limits = proposed.map((value, i) => fraction * (value < 0 ? axes[i]!.minPerS : axes[i]!.maxPerS));
  const excess = proposed.map((value, i) => (value === 0 ? 0 : value / limits[i]!));
  const most = Math.max(...excess);
  if (most <= 1) return undefined;
  // An axis that the body doesn't have is dropped, and limits no other.
  const factor = 1 / Math.max(1, ...excess.filter(Number.isFinite));
  // Clamped as well: rounding must not leave the last bit above the limit, or a second check would limit again.
  const allowed = proposed.map((value, i) => (value < 0 ? Math.max(value * factor, limits[i]!) : Math.min(value * factor, limits[i]!)));
  const worst = excess.indexOf(most);
  return {
    violation: { id, value: proposed[worst]!, limit: limits[worst]!, unit: axes[worst]!.unit },
    allowed: withValues(command, allowed),
  };
}
