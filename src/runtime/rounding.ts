/** To four places, as reports give numbers. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** @returns null for what is no number, as the mean of nothing */
export function roundedOrNull(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}
