import { RehearseError } from "../core/error.js";

/** Of a name that came in a message: no more than this is shown, and nothing that a terminal would obey. */
const SHOWN = 80;

export function shownFrame(frame: string): string {
  return JSON.stringify(frame.slice(0, SHOWN));
}

/** The same frame, with or without a leading slash, and whatever prefix tf puts before it. */
export function isFrame(named: string, expected: string): boolean {
  const [name, wanted] = [named, expected].map((frame) => frame.replace(/^\/+/, "")) as [string, string];
  return name === wanted || name.endsWith(`/${wanted}`);
}

export function foreignScan(frame: string, expected: string): RehearseError {
  return new RehearseError(
    "RH-SCAN-FRAME",
    `a scan comes in the frame ${shownFrame(frame)}; the robot file describes the scanner of ${shownFrame(expected)}`,
    "remap the topic to that scanner, or make scanner.frame, x_m, y_m and yaw_rad those of this one",
  );
}
