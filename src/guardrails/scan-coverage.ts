import { SECTORS } from "../core/sensors.js";

/** How much of the half-plane towards which a body of a velocity moves is of that kind, rad. A body that does not move needs no sight. */
export function sectorsTowards(sectors: Uint8Array, vxMps: number, vyMps: number, kind: number): number {
  if (vxMps === 0 && vyMps === 0) return 0;
  const half = SECTORS / 2;
  // Sectors count from straight behind; every one that the half-plane touches has to be covered.
  const from = ((Math.atan2(vyMps, vxMps) + Math.PI / 2) / Math.PI) * half;
  let found = 0;
  for (let i = Math.floor(from + 1e-9); i < from + half - 1e-9; i++) {
    if (sectors[(i + 2 * SECTORS) % SECTORS] === kind) found++;
  }
  return (found * Math.PI) / half;
}
