/** The same angle in [-π, π). */
export function wrapAngle(angleRad: number): number {
  return angleRad - 2 * Math.PI * Math.floor((angleRad + Math.PI) / (2 * Math.PI));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** As `Math.sin`, faster below 0.05 rad, and exact to rounding: the first term left out is under 1e-14. */
export function smallSin(angleRad: number): number {
  if (Math.abs(angleRad) > 0.05) return Math.sin(angleRad);
  const square = angleRad * angleRad;
  return angleRad * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040))));
}

/** As `Math.cos`, in the same way. */
export function smallCos(angleRad: number): number {
  if (Math.abs(angleRad) > 0.05) return Math.cos(angleRad);
  const square = angleRad * angleRad;
  return 1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square * (1 / 40320))));
}
