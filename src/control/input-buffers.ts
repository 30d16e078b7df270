import type { BodyMeasurement } from "../core/body.js";
import type { BodyState } from "../core/guardrail.js";
import type { CameraFrame, LaserScan, ObstaclePoints } from "../core/sensors.js";
import { measurementOf, poseOf } from "../embodiment/measurement-of.js";
import { BodyBuffer } from "./body-buffer.js";
import type { ControlOptions } from "./control-options.js";
import { FrameWatch } from "./frame-watch.js";
import { freshness } from "./freshness.js";
import { obstaclePointsOf } from "./obstacle-points.js";
import { isFrame } from "./scan-frame.js";

/** The newest of everything that is measured, and whether it is fresh. Frames that show nothing, or that the model can't take, do not get in. */
export class InputBuffers {
  private readonly bodies = new BodyBuffer<BodyMeasurement>();
  private readonly frameWatch: FrameWatch;
  private newestFrame: CameraFrame | undefined;
  private scan: LaserScan | undefined;
  private points: ObstaclePoints | undefined;
  private bodyReceivedNs: bigint | undefined;
  private scanReceivedNs: bigint | undefined;

  constructor(
    private readonly options: Pick<
      ControlOptions,
      "baseFromScan" | "footprintEdgeM" | "scanFrame" | "frameMaxAgeNs" | "bodyMaxAgeNs" | "frameMisfit"
    >,
  ) {
    this.frameWatch = new FrameWatch(options.frameMisfit);
  }

  get frame(): CameraFrame | undefined {
    return this.newestFrame;
  }

  get body(): BodyMeasurement | undefined {
    return this.bodies.newest;
  }

  get obstacles(): ObstaclePoints | undefined {
    return this.points;
  }

  /** Why the newest frame was held back; undefined: it was not. */
  get frameFault() {
    return this.frameWatch.fault;
  }

  /** Frames held back so far. */
  get heldBack() {
    return this.frameWatch.counts;
  }

  onFrame(frame: CameraFrame): void {
    if (this.frameWatch.admits(frame, this.bodies.newest)) this.newestFrame = frame;
  }

  /** @returns whether time was set back: all that is from before is then forgotten */
  onBody(body: BodyMeasurement, receivedNs: bigint): boolean {
    const isBack = this.bodies.push(body) === "jumped-back";
    if (isBack) {
      this.newestFrame = undefined;
      this.scan = undefined;
      this.points = undefined;
      this.frameWatch.forget();
    }
    this.bodyReceivedNs = receivedNs;
    return isBack;
  }

  onScan(scan: LaserScan, receivedNs: bigint): void {
    const { scanFrame } = this.options;
    // The guard says so; here it is as if no scan came.
    if (scanFrame !== undefined && scan.frameId !== undefined && !isFrame(scan.frameId, scanFrame)) return;
    this.scan = scan;
    this.scanReceivedNs = receivedNs;
    const then = this.bodies.at(scan.stampNs) ?? this.bodies.newest;
    const from = then && poseOf(then);
    this.points = from && obstaclePointsOf(scan, from, this.options.baseFromScan, this.points, this.options.footprintEdgeM);
  }

  /** Where the body was at a time; undefined when that is not known. */
  bodyAt(stampNs: bigint): BodyMeasurement | undefined {
    return this.bodies.at(stampNs);
  }

  /** Whether the body was measured, and measured of late, and a frame was taken of late. */
  isFresh(nowNs: bigint): boolean {
    const { bodyMaxAgeNs } = this.options;
    return (
      freshness(this.bodyReceivedNs, nowNs, bodyMaxAgeNs) === "fresh" &&
      freshness(this.bodies.newest?.stampNs, nowNs, bodyMaxAgeNs) === "fresh" &&
      this.hasFreshFrame(nowNs)
    );
  }

  hasFreshFrame(nowNs: bigint): boolean {
    return freshness(this.newestFrame?.stampNs, nowNs, this.options.frameMaxAgeNs) === "fresh";
  }

  /** What the gate gets of the body and of its surroundings. */
  get sensed(): Pick<BodyState, "odometry" | "joints" | "scan" | "odometryReceivedNs" | "jointsReceivedNs" | "scanReceivedNs"> {
    const body = this.bodies.newest;
    return {
      odometry: undefined,
      ...(body && { [measurementOf(body).name]: body }),
      scan: this.scan,
      odometryReceivedNs: this.bodyReceivedNs,
      jointsReceivedNs: this.bodyReceivedNs,
      scanReceivedNs: this.scanReceivedNs,
    };
  }
}
