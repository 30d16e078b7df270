import type { Odometry, Pose2 } from "../core/body.js";
import type { BodyState, ScanDoubt } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan } from "../core/sensors.js";
import { wrapAngle } from "../math/angle.js";
import { secondsBetween } from "../math/seconds.js";
import { BodyBuffer } from "./body-buffer.js";

/** Two scans are compared once the scanner has moved so far, or turned so far, between them by odometry. */
const MOVED_M = 0.12;
const TURNED_RAD = 0.15;
/** What moves by itself, and what odometry loses, would grow beyond. */
const LONGEST_S = 1.5;
/** A scanner that falls silent for so long was restarted: what was held against it is forgotten. */
const RESTARTED_S = 2;
/** A comparison needs no more beams, and no fewer. */
const BEAMS = 180;
const LEAST_BEAMS = 30;
/** Of a distance: below is noise; beyond, the beam shows another thing. */
const NOISE_M = 0.04;
const OTHER_M = 0.26;
/** Two motions that make things appear less differently than so say nothing about which of them it was. */
const DIFFERENT_M = 0.1;
/** Odometry explains a pair of scans so well that nothing else can do better. */
const EXPLAINED = 0.05;
/** A comparison counts at most so much for or against; and an explanation has to be better than odometry's by more than this. */
const MOST = 0.35;
const MARGIN = 0.03;
/** Evidence of this many comparisons at the least: a few tenths of a metre, or some twenty degrees. */
const CERTAIN = 0.7;

/** How scans would follow one another if … : the scanner's motion that explains them, from the one that odometry and the robot file say. */
type Lie = ScanDoubt["lie"];
interface Motion {
  readonly xM: number;
  readonly yM: number;
  readonly yawRad: number;
}
interface Suspicion {
  readonly lie: Lie;
  /** Radians, or seconds. */
  readonly value: number;
  motion(said: Motion, earlier: (byS: number) => Motion | undefined): Motion | undefined;
}

const SUSPICIONS: readonly Suspicion[] = [
  { lie: "still", value: 0, motion: () => ({ xM: 0, yM: 0, yawRad: 0 }) },
  ...[Math.PI, Math.PI / 2, -Math.PI / 2].map(
    (byRad): Suspicion => ({ lie: "turned", value: byRad, motion: ({ xM, yM, yawRad }) => ({ ...rotated(xM, yM, -byRad), yawRad }) }),
  ),
  { lie: "mirrored", value: 0, motion: ({ xM, yM, yawRad }) => ({ xM, yM: -yM, yawRad: -yawRad }) },
  ...[0.2, 0.3].map((byS): Suspicion => ({ lie: "late", value: byS, motion: (_, earlier) => earlier(byS) })),
];

/**
 * Compares how the scan moves with how odometry moves: each scan should be what the one before it leads to. Where another motion explains pairs of scans
 * better, again and again, the scanner is not where, or when, the robot file and its stamps say: it stands still, is mounted a quarter or half turn
 * off or upside down, or its scans are stamped late. Evidence adds up over comparisons and is taken back by those that speak for odometry: a sequential
 * test (CUSUM, Page 1954), which nothing that both explain alike can move, such as a corridor along which it drives, or an open field.
 */
export class ScanMotion {
  private readonly odometry = new BodyBuffer<Odometry>(3_000_000_000n);
  private readonly evidence = SUSPICIONS.map(() => 0);
  private reference: { readonly stampNs: bigint; readonly points: Float32Array } | undefined;
  private scan: LaserScan | undefined;
  private doubt: ScanDoubt | undefined;

  constructor(private readonly robot: RobotDescription) {}

  /** @returns what speaks against the scanner most, from half of what is certain on */
  advance({ odometry, scan }: BodyState): ScanDoubt | undefined {
    if (odometry === undefined || scan === undefined || this.robot.scanner === undefined) return this.doubt;
    if (this.odometry.push(odometry) === "jumped-back") this.forget();
    if (scan === this.scan) return this.doubt;
    if (this.scan !== undefined) {
      const sinceS = secondsBetween(this.scan.stampNs, scan.stampNs);
      if (sinceS < 0 || sinceS > RESTARTED_S) this.forget();
    }
    this.scan = scan;
    this.compare(scan, this.robot.scanner.baseFromScan);
    return this.doubt;
  }

  /** What was held against the scanner no longer counts: it was mended. */
  forget(): void {
    this.reference = this.doubt = undefined;
    this.evidence.fill(0);
  }

  /** Odometry has jumped: no scan is compared with one from before. Evidence stays. */
  beginAgain(): void {
    this.reference = undefined;
    this.odometry.clear();
  }

  private compare(scan: LaserScan, baseFromScan: Pose2): void {
    const { reference } = this;
    const motionAt = (earlierS: number) => {
      const byNs = BigInt(Math.round(1e9 * earlierS));
      const from = this.odometry.at(reference!.stampNs - byNs)?.odomFromBase;
      const to = this.odometry.at(scan.stampNs - byNs)?.odomFromBase;
      return from && to && between(placed(from, baseFromScan), placed(to, baseFromScan));
    };
    const said = reference && motionAt(0);
    if (reference === undefined || said === undefined || secondsBetween(reference.stampNs, scan.stampNs) > LONGEST_S) {
      this.reference = { stampNs: scan.stampNs, points: pointsOf(scan) };
      return;
    }
    if (Math.hypot(said.xM, said.yM) < MOVED_M && Math.abs(said.yawRad) < TURNED_RAD) return;
    const unexplained = misfit(reference.points, said, scan);
    this.reference = { stampNs: scan.stampNs, points: pointsOf(scan) };
    if (unexplained === undefined) return;
    for (const [i, { motion }] of SUSPICIONS.entries()) {
      const otherwise = motion(said, motionAt);
      if (otherwise === undefined || apart(otherwise, said) < DIFFERENT_M) continue;
      let gained = -MARGIN;
      if (unexplained > EXPLAINED) {
        const left = misfit(reference.points, otherwise, scan);
        if (left === undefined) continue;
        gained += Math.max(-MOST, Math.min(MOST, unexplained - left));
      }
      this.evidence[i] = Math.max(0, this.evidence[i]! + gained);
    }
    const most = this.evidence.indexOf(Math.max(...this.evidence));
    const { lie, value } = SUSPICIONS[most]!;
    const evidence = this.evidence[most]! / CERTAIN;
    this.doubt = evidence >= 0.5 ? { lie, value, evidence: Math.min(1, evidence) } : undefined;
    // No more than is certain: what speaks for it later has to be heard.
    if (evidence > 1) this.evidence[most] = CERTAIN;
  }
}

/** Hits of evenly spread beams, `[x0, y0, x1, …]` in the scanner's frame. */
function pointsOf({ rangesM, angleMinRad, angleIncrementRad, rangeMinM, rangeMaxM }: LaserScan): Float32Array {
  const step = Math.max(1, Math.ceil(rangesM.length / BEAMS));
  const points = new Float32Array(2 * Math.ceil(rangesM.length / step));
  let size = 0;
  for (let i = 0; i < rangesM.length; i += step) {
    const range = rangesM[i]!;
    if (!(range >= rangeMinM && range <= rangeMaxM)) continue;
    const angle = angleMinRad + i * angleIncrementRad;
    points[size++] = range * Math.cos(angle);
    points[size++] = range * Math.sin(angle);
  }
  return points.subarray(0, size);
}

/** How badly a scan shows points seen before, if the scanner has moved so since: from 0, all of them where they should be, to 1. Undefined: too few beams say. */
function misfit(points: Float32Array, { xM, yM, yawRad }: Motion, scan: LaserScan): number | undefined {
  const { rangesM, angleMinRad, angleIncrementRad, rangeMinM, rangeMaxM } = scan;
  const stepRad = Math.abs(angleIncrementRad);
  const sense = Math.sign(angleIncrementRad);
  const turn = Math.round((2 * Math.PI) / stepRad);
  const beams = rangesM.length;
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  let sum = 0;
  let count = 0;
  for (let k = 0; k < points.length; k += 2) {
    const dx = points[k]! - xM;
    const dy = points[k + 1]! - yM;
    const x = dx * cos + dy * sin;
    const y = dy * cos - dx * sin;
    const distance = Math.sqrt(x * x + y * y);
    if (distance < rangeMinM || distance > 0.95 * rangeMaxM) continue;
    const fromFirst = wrapAngle(sense * (Math.atan2(y, x) - angleMinRad) - Math.PI) + Math.PI;
    let at = Math.round(fromFirst / stepRad);
    if (at >= turn) at -= turn;
    if (at >= beams) continue;
    let off = Number.POSITIVE_INFINITY;
    for (let j = at - 1; j <= at + 1; j++) {
      const range = rangesM[beams === turn ? (j + turn) % turn : j]!;
      const differs = Math.abs(range - distance);
      if (differs < off) off = differs;
    }
    if (Number.isNaN(rangesM[at]!) && off === Number.POSITIVE_INFINITY) continue;
    // Between two beams a slanting wall may lie so much nearer or farther.
    const slackM = NOISE_M + distance * stepRad;
    sum += Math.min(1, Math.max(0, off - slackM) / (OTHER_M - NOISE_M));
    count++;
  }
  return count < LEAST_BEAMS ? undefined : sum / count;
}

/** How differently two motions would make things appear, about a metre away. */
function apart(a: Motion, b: Motion): number {
  return Math.hypot(a.xM - b.xM, a.yM - b.yM) + Math.abs(wrapAngle(a.yawRad - b.yawRad));
}

function rotated(x: number, y: number, byRad: number): { xM: number; yM: number } {
  const [cos, sin] = [Math.cos(byRad), Math.sin(byRad)];
  return { xM: x * cos - y * sin, yM: x * sin + y * cos };
}

function placed(body: Pose2, on: Pose2): Pose2 {
  const { xM, yM } = rotated(on.xM, on.yM, body.yawRad);
  return { xM: body.xM + xM, yM: body.yM + yM, yawRad: body.yawRad + on.yawRad };
}

/** The second pose, in the frame of the first. */
function between(from: Pose2, to: Pose2): Motion {
  return { ...rotated(to.xM - from.xM, to.yM - from.yM, -from.yawRad), yawRad: wrapAngle(to.yawRad - from.yawRad) };
}
