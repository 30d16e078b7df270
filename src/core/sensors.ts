/** One picture. `rgb` is height × width × 3, row-major, 8 bits a channel, owned by the frame (not a view into a larger buffer). */
export interface CameraFrame {
  readonly stampNs: bigint;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** One turn of a planar range finder, in the frame of the scanner; +Infinity: nothing within `rangeMaxM`; NaN: no measurement. */
export interface LaserScan {
  readonly stampNs: bigint;
  readonly angleMinRad: number;
  readonly angleIncrementRad: number;
  readonly rangeMinM: number;
  readonly rangeMaxM: number;
  readonly rangesM: Float32Array;
}

/** Obstacle points in the odometry frame, `[x0, y0, x1, y1, …]` in metres, from a scan placed by the odometry of its own time. */
export interface Surroundings {
  readonly stampNs: bigint;
  readonly pointsM: Float32Array;
}
