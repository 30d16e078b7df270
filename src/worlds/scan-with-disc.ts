import type { Pose2 } from "../core/body.js";
import type { LaserScan } from "../core/sensors.js";

/** Something round that stands on the floor, in the odometry frame. */
export interface Disc {
  readonly xM: number;
  readonly yM: number;
  readonly radiusM: number;
}

/** A scan as it would be with one more thing in the world: each beam ends at the disc if it meets that first. @param odomFromScan where it was taken */
export function scanWithDisc(scan: LaserScan, odomFromScan: Pose2, { xM, yM, radiusM }: Disc): LaserScan {
  const dx = xM - odomFromScan.xM;
  const dy = yM - odomFromScan.yM;
  const missM2 = dx * dx + dy * dy - radiusM * radiusM;
  const rangesM = scan.rangesM.map((rangeM, i) => {
    const angleRad = odomFromScan.yawRad + scan.angleMinRad + i * scan.angleIncrementRad;
    // Of the quadratic in the range at which the beam enters the disc.
    const along = dx * Math.cos(angleRad) + dy * Math.sin(angleRad);
    const discriminant = along * along - missM2;
    if (along <= 0 || discriminant < 0) return rangeM;
    const enteredM = Math.max(0, along - Math.sqrt(discriminant));
    // A beam that measured nothing has no answer to compare with.
    return Number.isNaN(rangeM) || enteredM > scan.rangeMaxM ? rangeM : Math.min(rangeM, enteredM);
  });
  return { ...scan, rangesM };
}
