import { RehearseError } from "../core/error.js";
import type { Verdict } from "../core/gate.js";
import type { LaserScan } from "../core/sensors.js";

/** Of a name that came in a message: no more than this is shown, and nothing that a terminal would obey. */
const SHOWN = 80;

function shownFrame(frame: string): string {
  return JSON.stringify(frame.slice(0, SHOWN));
}

/** The same frame, with or without a leading slash, and whatever prefix tf puts before it. */
export function isFrame(named: string, expected: string): boolean {
  const [name, wanted] = [named, expected].map((frame) => frame.replace(/^\/+/, "")) as [string, string];
  return name === wanted || name.endsWith(`/${wanted}`);
}

/** Whether scans come in the frame of the scanner that the robot file describes. */
export class ScanFrames {
  /** Of the newest scan, if it was another scanner's. */
  foreign: string | undefined;

  /** @param expected absent: any frame will do */
  constructor(private readonly expected: string | undefined) {}

  /** @param refused called before it throws @throws RehearseError RH-SCAN-FRAME */
  expect({ frameId }: LaserScan, refused: () => void): void {
    const { expected } = this;
    this.foreign = expected === undefined || frameId === undefined || isFrame(frameId, expected) ? undefined : frameId;
    if (expected === undefined || this.foreign === undefined) return;
    refused();
    throw new RehearseError(
      "RH-SCAN-FRAME",
      `a scan comes in the frame ${shownFrame(this.foreign)}; the robot file describes the scanner of ${shownFrame(expected)}`,
      "remap the topic to that scanner, or make scanner.frame, x_m, y_m and yaw_rad those of this one",
    );
  }

  /** A stop for want of scans, when there are some, of another scanner. */
  explained(stop: Exclude<Verdict, { kind: "pass" }>): Verdict {
    const [first, ...others] = stop.because;
    if (first === undefined || this.foreign === undefined) return stop;
    return { ...stop, because: [{ ...first, id: "scan.frame", axis: shownFrame(this.foreign) }, ...others] };
  }
}
