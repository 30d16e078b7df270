import { RehearseError } from "../core/error.js";
import type { Polygon } from "../core/robot-description.js";
import type { HeaderMessage } from "./stamp.js";

export interface PolygonStampedMessage {
  readonly header: HeaderMessage;
  readonly polygon: { readonly points: readonly { readonly x: number; readonly y: number; readonly z: number }[] };
}

declare module "./types.js" {
  interface MessageTypes {
    "geometry_msgs/msg/PolygonStamped": PolygonStampedMessage;
  }
}

/** Of one zone: guard and planner go along each of its edges many times a second. */
const MOST_ZONE_CORNERS = 64;

/** A keep-out zone, and the frame that it is in; no corner at all: there is none any more. */
export interface ZoneMessage {
  readonly frameId: string;
  readonly cornersM: Polygon;
}

/** @throws RehearseError RH-ZONE-SHAPE for one or two corners, more than 64, or a number that is not finite */
export function zoneFromMessage({ header, polygon }: PolygonStampedMessage): ZoneMessage {
  const { points } = polygon;
  const finite = points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (points.length > MOST_ZONE_CORNERS || (points.length > 0 && points.length < 3) || !finite)
    throw new RehearseError(
      "RH-ZONE-SHAPE",
      `a keep-out zone of ${points.length} corners${finite ? "" : ", not all of them finite numbers"}`,
      `give 3 to ${MOST_ZONE_CORNERS} corners in metres, or none where there is no zone any more`,
      { details: { corners: points.length, finite } },
    );
  return { frameId: header.frame_id, cornersM: points.map(({ x, y }) => [x, y] as const) };
}
