import { FRAME_IDS } from "./frame-ids.js";
import { type HeaderMessage, header } from "./stamp.js";

export interface CameraInfoMessage {
  readonly header: HeaderMessage;
  readonly height: number;
  readonly width: number;
  readonly distortion_model: string;
  readonly d: Float64Array;
  readonly k: Float64Array;
  readonly r: Float64Array;
  readonly p: Float64Array;
}

/** Pinhole model of a camera, as in calibration files; distortion-free. Lengths in pixels. */
export interface CameraIntrinsics {
  readonly width: number;
  readonly height: number;
  readonly fxPx: number;
  readonly fyPx: number;
  readonly cxPx: number;
  readonly cyPx: number;
}

export function messageFromIntrinsics(camera: CameraIntrinsics, stampNs: bigint): CameraInfoMessage {
  const { fxPx, fyPx, cxPx, cyPx } = camera;
  return {
    header: header(stampNs, FRAME_IDS.camera),
    height: camera.height,
    width: camera.width,
    distortion_model: "plumb_bob",
    d: new Float64Array(5),
    k: Float64Array.of(fxPx, 0, cxPx, 0, fyPx, cyPx, 0, 0, 1),
    r: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    p: Float64Array.of(fxPx, 0, cxPx, 0, 0, fyPx, cyPx, 0, 0, 0, 1, 0),
  };
}

/** K is left at zero, which by convention says "not calibrated": an orthographic view, say, has no pinhole matrix. */
export function uncalibratedCameraInfo(size: { readonly width: number; readonly height: number }, stampNs: bigint): CameraInfoMessage {
  return {
    header: header(stampNs, FRAME_IDS.camera),
    height: size.height,
    width: size.width,
    distortion_model: "",
    d: new Float64Array(0),
    k: new Float64Array(9),
    r: new Float64Array(9),
    p: new Float64Array(12),
  };
}
