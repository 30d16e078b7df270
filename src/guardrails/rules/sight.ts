import type { LaserScan } from "../../core/sensors.js";
import { wrapAngle } from "../../math/angle.js";

/** Sectors of 10° of a half-plane; to count as seen each needs a beam that measured. */
const SECTORS = 18;

/**
 * How much a scanner cannot tell of the half-plane towards which a body of a velocity moves: no beam, or none that measured. Who does not move
 * needs to see nothing.
 */
export function sightOf(baseFromScanYawRad: number) {
  let known: { readonly scan: LaserScan; readonly seen: ReadonlySet<number> } | undefined;
  return (scan: LaserScan, vxMps: number, vyMps: number): number => {
    if (vxMps === 0 && vyMps === 0) return 0;
    if (known?.scan !== scan) known = { scan, seen: sectorsSeen(scan, baseFromScanYawRad) };
    // Sectors count from straight behind; every one that the half-plane touches has to be seen.
    const from = ((Math.atan2(vyMps, vxMps) + Math.PI / 2) / Math.PI) * SECTORS;
    let unseen = 0;
    for (let i = Math.floor(from + 1e-9); i < from + SECTORS - 1e-9; i++) if (!known.seen.has((i + 4 * SECTORS) % (2 * SECTORS))) unseen++;
    return (unseen * Math.PI) / SECTORS;
  };
}

/** Sectors of 10°, counter-clockwise from straight behind, in which a beam measured. */
function sectorsSeen({ rangesM, angleMinRad, angleIncrementRad }: LaserScan, baseFromScanYawRad: number): Set<number> {
  const seen = new Set<number>();
  for (const [i, range] of rangesM.entries()) {
    const angleRad = wrapAngle(baseFromScanYawRad + angleMinRad + i * angleIncrementRad);
    if (range >= 0) seen.add(Math.floor(((angleRad + Math.PI) / Math.PI) * SECTORS) % (2 * SECTORS));
  }
  return seen;
}
