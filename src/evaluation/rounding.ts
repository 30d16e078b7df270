import { wilsonInterval } from "../math/statistics.js";

/** To four places, as reports give numbers. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** 95 %, Wilson, of `count` among `of`. */
export function roundedInterval(count: number, of: number): [low: number, high: number] {
  const [low, high] = wilsonInterval(count, of);
  return [rounded(low), rounded(high)];
}

/** @returns null for what is no number, as the mean of nothing */
export function roundedOrNull(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}
