/** One picture. `rgb` is height × width × 3, row-major, 8 bits a channel, owned by the frame (not a view into a larger buffer). */
export interface CameraFrame {
  readonly stampNs: bigint;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/**
 * One turn of a planar range finder, in the frame of the scanner. Of `rangesM`, finite up to `rangeMaxM`: something is there, even if nearer than
 * `rangeMinM`, which is too near to measure well; +Infinity: nothing within `rangeMaxM`; NaN: no measurement.
 */
export interface LaserScan {
  readonly stampNs: bigint;
  readonly angleMinRad: number;
  readonly angleIncrementRad: number;
  readonly rangeMinM: number;
  readonly rangeMaxM: number;
  readonly rangesM: Float32Array;
}

/** Obstacle points in the odometry frame, `[x0, y0, x1, y1, …]` in metres, from a scan placed by the odometry of its own time. */
export interface ObstaclePoints {
  readonly stampNs: bigint;
  readonly pointsM: Float32Array;
  /** Those of them that were measured to move, `[x0, y0, vx0, vy0, x1, …]`, metres and metres a second. */
  readonly moving?: Float32Array;
  /** What was followed from scan to scan to find them. */
  readonly tracks?: readonly Track[];
}

/** The middle of a thing, and how it moves, as an average over `steps` scans. */
export interface Track {
  readonly xM: number;
  readonly yM: number;
  readonly vxMps: number;
  readonly vyMps: number;
  readonly steps: number;
}
