import type { LaserScan } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";

/** Sectors of 10° of a half-plane; to count as seen each needs a beam that measured. */
const SECTORS = 18;

/**
 * How much a scanner cannot see of the half-plane towards which a body of a velocity moves, rad: no beam, or none that measured. A body that does
 * not move needs no coverage.
 */
export function blindSectorOf(baseFromScanYawRad: number): (scan: LaserScan, vxMps: number, vyMps: number) => number {
  // The same for every command until the next scan: computed once.
  let covered: { readonly scan: LaserScan; readonly sectors: ReadonlySet<number> } | undefined;
  return (scan, vxMps, vyMps) => {
    if (vxMps === 0 && vyMps === 0) return 0;
    if (covered?.scan !== scan) covered = { scan, sectors: coveredSectors(scan, baseFromScanYawRad) };
    // Sectors count from straight behind; every one that the half-plane touches has to be covered.
    const from = ((Math.atan2(vyMps, vxMps) + Math.PI / 2) / Math.PI) * SECTORS;
    let blind = 0;
    for (let i = Math.floor(from + 1e-9); i < from + SECTORS - 1e-9; i++) {
      if (!covered.sectors.has((i + 4 * SECTORS) % (2 * SECTORS))) blind++;
    }
    return (blind * Math.PI) / SECTORS;
  };
}

/** Sectors of 10°, counter-clockwise from straight behind, in which a beam measured. */
function coveredSectors({ rangesM, angleMinRad, angleIncrementRad }: LaserScan, baseFromScanYawRad: number): Set<number> {
  const sectors = new Set<number>();
  for (const [i, range] of rangesM.entries()) {
    const angleRad = wrapAngle(baseFromScanYawRad + angleMinRad + i * angleIncrementRad);
    if (!Number.isNaN(range)) sectors.add(Math.floor(((angleRad + Math.PI) / Math.PI) * SECTORS) % (2 * SECTORS));
  }
  return sectors;
}
