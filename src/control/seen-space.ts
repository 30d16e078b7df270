import type { Pose2 } from "../core/body.js";
import type { RobotDescription } from "../core/robot-description.js";
import { BLIND, type LaserScan, SECTORS, UNMEASURED } from "../core/sensors.js";
import { footprintEdgeOf } from "./footprint-edge.js";
import { sectorsOf } from "./scan-sectors.js";

const SECTOR_RAD = (2 * Math.PI) / SECTORS;
const CELL_M = 0.05;
/** Cells of a side: places as far apart share one, and the last that was looked through has it. */
const SIDE = 128;
/** A beam is stopped so far before what it hit. */
const BEFORE_HIT_M = 0.1;
/** What was looked through longer ago may no longer be free. */
const KNOWN_S = 10;
/** Beyond the clearance: farther than the robot comes at 0.15 m/s until the next scan, and then until it stands. */
const AHEAD_M = 0.2;
/** Beams that run closer together than this say the same. */
const BEAMS_APART_M = 0.02;

/**
 * The space around the robot that beams have looked through, in the odometry frame, and by it what is known of directions in which the newest scan
 * measured nothing. Where nothing ever came back, black things and what is too near look like free space: that space was never looked through.
 */
export class SeenSpace {
  private readonly seenS = new Float64Array(SIDE * SIDE).fill(Number.NEGATIVE_INFINITY);
  private readonly columns = new Int32Array(SIDE * SIDE);
  private readonly rows = new Int32Array(SIDE * SIDE);
  private readonly edgeM: (beamRad: number) => number;
  private readonly aheadM: number;
  private readonly reachM: number;
  private readonly yawRad: number;

  constructor({ footprint, clearanceM, scanner }: RobotDescription) {
    const mount = scanner?.baseFromScan ?? { xM: 0, yM: 0, yawRad: 0 };
    this.edgeM = footprintEdgeOf(footprint, mount);
    this.yawRad = mount.yawRad;
    this.aheadM = clearanceM + AHEAD_M;
    this.reachM = footprint.radiusM + Math.hypot(mount.xM, mount.yM) + this.aheadM + 0.3;
  }

  forget(): void {
    this.seenS.fill(Number.NEGATIVE_INFINITY);
  }

  /** Of each sector around the base: BLIND, UNMEASURED or MEASURED. UNMEASURED only where the space next to the robot was looked through lately. */
  advance(scan: LaserScan, odomFromScan: Pose2): Uint8Array {
    this.lookThrough(scan, odomFromScan);
    return sectorsOf(scan, this.yawRad).map((kind, i) =>
      kind === UNMEASURED && !this.isKnown(Number(scan.stampNs) / 1e9, odomFromScan, i * SECTOR_RAD - Math.PI - this.yawRad) ? BLIND : kind,
    );
  }

  private lookThrough({ rangesM, angleMinRad, angleIncrementRad, stampNs }: LaserScan, { xM, yM, yawRad }: Pose2): void {
    // As a number, exact to a microsecond: thousands of cells are written for each scan.
    const seenS = Number(stampNs) / 1e9;
    const stride = Math.max(1, Math.floor(BEAMS_APART_M / (Math.abs(angleIncrementRad) * this.reachM)));
    for (let i = 0; i < rangesM.length; i += stride) {
      const toM = Math.min(rangesM[i]! - BEFORE_HIT_M, this.reachM);
      const angle = yawRad + angleMinRad + i * angleIncrementRad;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let r = 0; r <= toM; r += CELL_M) {
        const [column, row] = [Math.floor((xM + r * cos) / CELL_M), Math.floor((yM + r * sin) / CELL_M)];
        const cell = cellOf(column, row);
        this.seenS[cell] = seenS;
        this.columns[cell] = column;
        this.rows[cell] = row;
      }
    }
  }

  /** Whether all of a sector next to the footprint was looked through. @param fromRad where the sector begins, in the scanner's frame */
  private isKnown(nowS: number, { xM, yM, yawRad }: Pose2, fromRad: number): boolean {
    for (let k = 0; k <= 4; k++) {
      const beamRad = fromRad + (k * SECTOR_RAD) / 4;
      const edgeM = this.edgeM(beamRad);
      const [cos, sin] = [Math.cos(yawRad + beamRad), Math.sin(yawRad + beamRad)];
      for (let r = edgeM; r <= edgeM + this.aheadM; r += CELL_M / 2) {
        const [column, row] = [Math.floor((xM + r * cos) / CELL_M), Math.floor((yM + r * sin) / CELL_M)];
        const cell = cellOf(column, row);
        const ageS = nowS - this.seenS[cell]!;
        if (this.columns[cell] !== column || this.rows[cell] !== row || !(ageS >= 0 && ageS <= KNOWN_S)) return false;
      }
    }
    return true;
  }
}

function cellOf(column: number, row: number): number {
  return (column & (SIDE - 1)) + SIDE * (row & (SIDE - 1));
}
