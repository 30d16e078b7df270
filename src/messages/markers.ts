import type { PoseMessage, Vector3Message } from "./pose.js";
import { type HeaderMessage, header, type TimeMessage } from "./stamp.js";

interface ColorMessage {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

interface MarkerMessage {
  readonly header: HeaderMessage;
  readonly ns: string;
  readonly id: number;
  readonly type: number;
  readonly action: number;
  readonly pose: PoseMessage;
  readonly scale: Vector3Message;
  readonly color: ColorMessage;
  readonly lifetime: TimeMessage;
  readonly frame_locked: boolean;
  readonly points: readonly Vector3Message[];
  readonly colors: readonly ColorMessage[];
  readonly text: string;
}

export interface MarkerArrayMessage {
  readonly markers: readonly MarkerMessage[];
}

const ADD = 0;
const DELETE_ALL = 3;
const LINE_STRIP = 4;
const CYLINDER = 3;
const TEXT_VIEW_FACING = 9;

/** Something to draw in the odometry frame, `[x, y]` in metres. */
export type Drawing =
  | {
      readonly kind: "line";
      readonly ns: string;
      readonly pointsM: readonly (readonly [number, number])[];
      readonly widthM: number;
      readonly color: ColorMessage;
    }
  | {
      readonly kind: "disc";
      readonly ns: string;
      readonly atM: readonly [number, number];
      readonly radiusM: number;
      readonly color: ColorMessage;
    }
  | {
      readonly kind: "text";
      readonly ns: string;
      readonly atM: readonly [number, number];
      readonly text: string;
      readonly heightM: number;
      readonly color: ColorMessage;
    };

/** `MarkerArray` that replaces whatever the last one drew. */
export function markersFromDrawings(drawings: readonly Drawing[], stampNs: bigint, frameId: string): MarkerArrayMessage {
  const clear: MarkerMessage = { ...blank(stampNs, frameId), action: DELETE_ALL };
  return { markers: [clear, ...drawings.map((drawing, id) => markerFromDrawing(drawing, id, stampNs, frameId))] };
}

function markerFromDrawing(drawing: Drawing, id: number, stampNs: bigint, frameId: string): MarkerMessage {
  const base = { ...blank(stampNs, frameId), ns: drawing.ns, id, color: drawing.color };
  switch (drawing.kind) {
    case "line":
      return { ...base, type: LINE_STRIP, scale: { x: drawing.widthM, y: 0, z: 0 }, points: drawing.pointsM.map(point) };
    case "disc":
      return {
        ...base,
        type: CYLINDER,
        pose: { ...base.pose, position: point(drawing.atM) },
        scale: { x: 2 * drawing.radiusM, y: 2 * drawing.radiusM, z: 0.01 },
      };
    case "text":
      return {
        ...base,
        type: TEXT_VIEW_FACING,
        pose: { ...base.pose, position: point(drawing.atM) },
        scale: { x: 0, y: 0, z: drawing.heightM },
        text: drawing.text,
      };
  }
}

function point([x, y]: readonly [number, number]): Vector3Message {
  return { x, y, z: 0 };
}

function blank(stampNs: bigint, frameId: string): MarkerMessage {
  return {
    header: header(stampNs, frameId),
    ns: "",
    id: 0,
    type: LINE_STRIP,
    action: ADD,
    pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    scale: { x: 0, y: 0, z: 0 },
    color: { r: 0, g: 0, b: 0, a: 0 },
    lifetime: { sec: 0, nanosec: 0 },
    frame_locked: false,
    points: [],
    colors: [],
    text: "",
  };
}
