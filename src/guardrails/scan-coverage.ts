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
  let covered: { readonly scan: LaserScan; readonly sectors: Uint8Array } | undefined;
  return (scan, vxMps, vyMps) => {
    if (vxMps === 0 && vyMps === 0) return 0;
    if (covered?.scan !== scan) covered = { scan, sectors: coveredSectors(scan, baseFromScanYawRad) };
    // Sectors count from straight behind; every one that the half-plane touches has to be covered.
    const from = ((Math.atan2(vyMps, vxMps) + Math.PI / 2) / Math.PI) * SECTORS;
    let blind = 0;
    for (let i = Math.floor(from + 1e-9); i < from + SECTORS - 1e-9; i++) {
      if (covered.sectors[(i + 4 * SECTORS) % (2 * SECTORS)] === 0) blind++;
    }
    return (blind * Math.PI) / SECTORS;
  };
}

/** For each sector of 10°, counter-clockwise from straight behind: 1 when a beam measured there. */
function coveredSectors({ rangesM, angleMinRad, angleIncrementRad }: LaserScan, baseFromScanYawRad: number): Uint8Array {
  const sectors = new Uint8Array(2 * SECTORS);
  for (let i = 0; i < rangesM.length; i++) {
    if (Number.isNaN(rangesM[i]!)) continue;
    const angleRad = wrapAngle(baseFromScanYawRad + angleMinRad + i * angleIncrementRad);
    sectors[Math.floor(((angleRad + Math.PI) / Math.PI) * SECTORS) % (2 * SECTORS)] = 1;
  }
  return sectors;
}
