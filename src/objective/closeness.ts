/** 1 at the goal, 0.37 at the radius, near 0 from twice the radius on. */
export function closeness(dxM: number, dyM: number, radiusM: number): number {
  return Math.exp(-(dxM * dxM + dyM * dyM) / (radiusM * radiusM));
}
