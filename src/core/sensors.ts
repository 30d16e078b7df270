/** One picture. `rgb` is height × width × 3, row-major, 8 bits a channel, owned by the frame (not a view into a larger buffer). */
export interface CameraFrame {
  readonly stampNs: bigint;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/**
 * One turn of a planar range finder, in the frame of the scanner. Of `rangesM`, finite up to `rangeMaxM`: something is there, even if nearer than
 * `rangeMinM`, which is too near to measure well; -Infinity: something nearer than `rangeMinM`, nobody knows where; +Infinity: nothing within
 * `rangeMaxM`; NaN: no measurement.
 */
export interface LaserScan {
  readonly stampNs: bigint;
  /** Of the message that it came in; absent: it came in none. */
  readonly frameId?: string;
  readonly angleMinRad: number;
  readonly angleIncrementRad: number;
  readonly rangeMinM: number;
  readonly rangeMaxM: number;
  readonly rangesM: Float32Array;
}

/** Obstacle points in the odometry frame, `[x0, y0, x1, y1, …]` in metres, from a scan placed by the odometry of its own time. */
/** Directions around a base, of 10° each. */
export const SECTORS = 36;
/** What is known of such a sector: no beam looks there, or nothing is known of what is near; beams look, and none measures; one measures. */
export const BLIND = 0;
export const UNMEASURED = 1;
export const MEASURED = 2;

export interface ObstaclePoints {
  readonly stampNs: bigint;
  readonly pointsM: Float32Array;
  /** Those of them that were measured to move, `[x0, y0, vx0, vy0, x1, …]`, metres and metres a second. */
  readonly moving?: Float32Array;
  /** What was followed from scan to scan to find them. */
  readonly tracks?: readonly Track[];
  /** How many of the points, from the first on, the scan itself shows; default: all. The rest was seen before. */
  readonly shown?: number;
  /** Of the rest, in the order of the points. */
  readonly remembered?: readonly RememberedPoint[];
}

/** A point that newer scans don't show, though nothing has looked past it for certain. */
export interface RememberedPoint {
  readonly xM: number;
  readonly yM: number;
  readonly seenNs: bigint;
  /** How many scans in a row measured something behind it. */
  readonly lookedPast: number;
  /** It was measured to move: it is not waited for where the scanner stops measuring. */
  readonly moves?: boolean;
}

/** The middle of a thing, and how it moves, as an average over `steps` scans. */
export interface Track {
  readonly xM: number;
  readonly yM: number;
  readonly vxMps: number;
  readonly vyMps: number;
  readonly steps: number;
}
