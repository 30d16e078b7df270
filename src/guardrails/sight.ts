import type { LaserScan } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";

/** Sectors of 10° of a half-plane; to count as seen each needs a beam that measured. */
const SECTORS = 18;

/** Where a scanner can tell what is there, and where not: no beam, NaN, or nearer than it can measure. */
export class Sight {
  private latest: { readonly scan: LaserScan; readonly seen: readonly boolean[] } | undefined;

  constructor(private readonly baseFromScanYawRad: number) {}

  /** How much is not seen of the half-plane towards which a body of this velocity moves; who does not move needs to see nothing. */
  unseenRad(scan: LaserScan, vxMps: number, vyMps: number): number {
    if (vxMps === 0 && vyMps === 0) return 0;
    if (this.latest?.scan !== scan) this.latest = { scan, seen: sectorsSeen(scan, this.baseFromScanYawRad) };
    // Sectors count from straight behind; every one that the half-plane touches has to be seen.
    const from = ((Math.atan2(vyMps, vxMps) + Math.PI / 2) / Math.PI) * SECTORS;
    let unseen = 0;
    for (let i = Math.floor(from + 1e-9); i < from + SECTORS - 1e-9; i++)
      if (!this.latest.seen[(i + 4 * SECTORS) % (2 * SECTORS)]) unseen++;
    return (unseen * Math.PI) / SECTORS;
  }
}

/** Whether a beam measured, by sectors of 10° counter-clockwise from straight behind. */
function sectorsSeen(scan: LaserScan, baseFromScanYawRad: number): boolean[] {
  const seen = new Array<boolean>(2 * SECTORS).fill(false);
  for (let i = 0; i < scan.rangesM.length; i++) {
    if (!(scan.rangesM[i]! >= scan.rangeMinM)) continue;
    const angleRad = wrapAngle(baseFromScanYawRad + scan.angleMinRad + i * scan.angleIncrementRad);
    seen[Math.floor(((angleRad + Math.PI) / Math.PI) * SECTORS) % (2 * SECTORS)] = true;
  }
  return seen;
}
