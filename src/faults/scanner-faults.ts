import type { LaserScanMessage } from "../messages/laser-scan.js";
import { stampFromNs, stampToNs } from "../messages/stamp.js";
import type { Fault } from "./fault.js";
import type { Interceptor } from "./relay.js";

const HOLD_MS = 1300;
/** Longer than it takes to compare a scan's motion with odometry. */
const LONG_HOLD_MS = 2500;
const LATE_MS = 250;
const NEAR_M = 0.6;

type Change = (scan: LaserScanMessage, ranges: Float32Array) => Partial<LaserScanMessage>;

/** What range finders, their drivers and their wiring do wrong, by reports of users. None of it may lead into a wall; merely odd ones need not stop the robot. */
export const SCANNER_FAULTS: readonly Fault[] = [
  changed("scan-zeros", "every beam says 0.0, which some drivers mean by: nothing seen", (_, ranges) => ({
    range_min: 0,
    ranges: ranges.fill(0),
  })),
  changed("scan-empty", "no beam sees anything: the laser is off, and the driver goes on", (_, ranges) => ({
    ranges: ranges.fill(Number.POSITIVE_INFINITY),
  })),
  changed("scan-too-near", `what is nearer than ${NEAR_M} m becomes -inf`, (_, ranges) => ({
    ranges: ranges.map((range) => (range < NEAR_M ? Number.NEGATIVE_INFINITY : range)),
  })),
  changed("scan-near-lost", `range_min is ${NEAR_M} m, and what is nearer is given as 0`, (_, ranges) => ({
    range_min: NEAR_M,
    ranges: ranges.map((range) => (range < NEAR_M ? 0 : range)),
  })),
  changed("scan-limitless", "range_max is infinite", () => ({ range_max: Number.POSITIVE_INFINITY })),
  changed("scan-turned", "the scanner is mounted a quarter turn off", (_, ranges) => ({ ranges: rotated(ranges, 0.25) }), LONG_HOLD_MS),
  changed("scan-backward", "the scanner is mounted backward", (_, ranges) => ({ ranges: rotated(ranges, 0.5) }), LONG_HOLD_MS),
  changed("scan-mirrored", "the scanner is mounted upside down", (_, ranges) => ({ ranges: ranges.reverse() }), LONG_HOLD_MS),
  changed("scan-other-frame", "another range finder speaks on the topic", ({ header }) => ({
    header: { ...header, frame_id: "rear_scan" },
  })),
  changed("scan-half", "the front half of the beams is missing", (scan, ranges) => ({
    ranges: ranges.subarray(0, ranges.length / 4),
    angle_max: scan.angle_min + (scan.angle_increment * ranges.length) / 4,
  })),
  changed("scan-squeezed", "the angle between beams is given as half of what it is", (scan) => ({
    angle_increment: scan.angle_increment / 2,
  })),
  changed("scan-stepless", "the angle between beams is given as 0", () => ({ angle_increment: 0 })),
  changed("scan-huge", "a scan has a million beams", () => ({ ranges: new Float32Array(1_000_000).fill(3) })),
  intercepted("scan-noisy", "ranges are off by up to 5 cm", HOLD_MS, () => (message, pass) => {
    pass({ ...message, ranges: Float32Array.from(message.ranges).map((range) => range + 0.1 * (Math.random() - 0.5)) });
  }),
  intercepted("scan-flickering", `what is nearer than ${NEAR_M} m is lost in every other scan`, LONG_HOLD_MS, () => {
    let odd = false;
    return (message, pass) => {
      odd = !odd;
      const ranges = Float32Array.from(message.ranges);
      pass(odd ? { ...message, ranges: ranges.map((range) => (range < NEAR_M ? Number.POSITIVE_INFINITY : range)) } : message);
    };
  }),
  intercepted("scan-frozen", "the scanner repeats its last scan, with new stamps", LONG_HOLD_MS, () => {
    let last: LaserScanMessage | undefined;
    return (message, pass) => {
      last ??= message;
      pass({ ...last, header: message.header });
    };
  }),
  intercepted("scan-late", `scans come ${LATE_MS} ms late, stamped on arrival`, LONG_HOLD_MS, () => (message, pass) => {
    setTimeout(() => {
      const stamp = stampFromNs(stampToNs(message.header.stamp) + BigInt(LATE_MS) * 1_000_000n);
      pass({ ...message, header: { ...message.header, stamp } });
    }, LATE_MS);
  }),
];

function changed(name: string, what: string, change: Change, holdMs = HOLD_MS): Fault {
  return intercepted(
    name,
    what,
    holdMs,
    () => (message, pass) => pass({ ...message, ...change(message, Float32Array.from(message.ranges)) }),
  );
}

function intercepted(name: string, what: string, holdMs: number, scan: () => Interceptor<LaserScanMessage>): Fault {
  return {
    name,
    what,
    allowed: { touches: 0 },
    holdMs,
    after: "resumes",
    inject: (rig) => rig.relay.intercept({ scan: scan() }),
    // A scanner that was found to lie is believed again when a person says so.
    async lift(rig) {
      rig.relay.restore();
      await rig.resetEmergencyStop();
    },
  };
}

/** By a fraction of the whole circle. */
function rotated(ranges: Float32Array, fraction: number): Float32Array {
  const by = Math.round(ranges.length * fraction);
  return Float32Array.from(ranges, (_, i) => ranges[(i + by) % ranges.length]!);
}
