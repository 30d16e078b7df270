import { type LaserScan, MEASURED, SECTORS, UNMEASURED } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";

/** For each sector around the base, counter-clockwise from straight behind: BLIND, UNMEASURED or, by one beam at least, MEASURED. */
export function sectorsOf({ rangesM, angleMinRad, angleIncrementRad }: LaserScan, baseFromScanYawRad: number): Uint8Array {
  const sectors = new Uint8Array(SECTORS);
  for (let i = 0; i < rangesM.length; i++) {
    const angleRad = wrapAngle(baseFromScanYawRad + angleMinRad + i * angleIncrementRad);
    const sector = Math.floor(((angleRad + Math.PI) / (2 * Math.PI)) * SECTORS) % SECTORS;
    sectors[sector] = Number.isNaN(rangesM[i]!) ? Math.max(sectors[sector]!, UNMEASURED) : MEASURED;
  }
  return sectors;
}
