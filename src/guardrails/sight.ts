import type { LaserScan } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";

/** Sectors of 10° of a half-plane; to count as seen each needs a beam that measured. */
const SECTORS = 18;

/** Where a scanner can tell what is there, and where not: no beam, NaN, or nearer than it can measure. */
export class Sight {
  private latest: { readonly scan: LaserScan; readonly seen: readonly boolean[] } | undefined;

  constructor(private readonly baseFromScanYawRad: number) {}

  /** How much is not seen of the half-plane towards which a body of this speed moves; who does not move needs to see nothing. */
  unseenRad(scan: LaserScan, vxMps: number): number {
    if (vxMps === 0) return 0;
    if (this.latest?.scan !== scan) this.latest = { scan, seen: sectorsSeen(scan, this.baseFromScanYawRad) };
    // From the body's right over its front to its left, or from its left over its back to its right.
    const from = vxMps > 0 ? SECTORS / 2 : (3 * SECTORS) / 2;
    let unseen = 0;
    for (let i = 0; i < SECTORS; i++) if (!this.latest.seen[(from + i) % (2 * SECTORS)]) unseen++;
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
