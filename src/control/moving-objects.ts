import type { LaserScan, ObstaclePoints, Track } from "../core/sensors.js";
import { secondsBetween } from "../math/seconds.js";

/** Two beams that hit the same thing do so within this, besides what lies between them anyway. */
const GAP_M = 0.12;
/** Walls do not move; a thing seen in part only seems to. */
const MAX_EXTENT_M = 1;
const MIN_BEAMS = 3;
/** From one scan to the next: faster things are not followed. */
const MAX_SPEED_MPS = 2.5;
const MAX_STEP_S = 0.35;
/** The end of a wall seems to move as much as this, because a robot that passes sees ever other parts of it. */
const LEAST_SPEED_MPS = 0.4;
/** How far noise and the steps between beams may move the middle of a thing that stands. */
const NOISE_M = 0.03;
/** Steps over which velocities are averaged. */
const AVERAGED = 4;

/**
 * Things that stand free before what is behind them, followed from scan to scan by their middle. One counts as moving when its velocity is more
 * than noise, and than beams that fall differently from scan to scan, could make it seem; slower than 0.4 m/s it counts as standing.
 * @param pointsM of the beams with a hit, in their order
 */
export function tracked(scan: LaserScan, pointsM: Float32Array, before?: ObstaclePoints): Pick<ObstaclePoints, "moving" | "tracks"> {
  const dt = before === undefined ? 0 : secondsBetween(before.stampNs, scan.stampNs);
  const known = (dt > 0 && dt <= MAX_STEP_S && before?.tracks) || [];
  const tracks: Track[] = [];
  const moving: number[] = [];
  const x = (k: number) => pointsM[(2 * k) % pointsM.length]!;
  const y = (k: number) => pointsM[(2 * k + 1) % pointsM.length]!;
  for (const { from, to, rangeM } of freeStanding(scan, x, y)) {
    let [xM, yM] = [0, 0];
    for (let k = from; k < to; k++) {
      xM += x(k) / (to - from);
      yM += y(k) / (to - from);
    }
    const offM = (track: Track) => Math.hypot(xM - track.xM - track.vxMps * dt, yM - track.yM - track.vyMps * dt);
    const nearest = known.reduce<Track | undefined>((best, track) => (best && offM(best) <= offM(track) ? best : track), undefined);
    if (nearest === undefined || offM(nearest) > MAX_SPEED_MPS * dt) {
      tracks.push({ xM, yM, vxMps: 0, vyMps: 0, steps: 0 });
      continue;
    }
    const steps = Math.min(AVERAGED, nearest.steps + 1);
    const vxMps = nearest.vxMps + ((xM - nearest.xM) / dt - nearest.vxMps) / steps;
    const vyMps = nearest.vyMps + ((yM - nearest.yM) / dt - nearest.vyMps) / steps;
    tracks.push({ xM, yM, vxMps, vyMps, steps });
    const seemsMps = Math.max(LEAST_SPEED_MPS, (NOISE_M + rangeM * Math.abs(scan.angleIncrementRad)) / (dt * steps));
    if (steps < 2 || Math.hypot(vxMps, vyMps) <= seemsMps) continue;
    for (let k = from; k < to; k++) moving.push(x(k), y(k), vxMps, vyMps);
  }
  return { moving: Float32Array.from(moving), tracks };
}

/**
 * Runs of hits `[from, to)`, counted as in the points and on past their end where a scan closes its circle, with nothing nearer at either
 * end: things that are seen from edge to edge.
 */
function freeStanding({ rangesM, rangeMaxM, angleIncrementRad }: LaserScan, x: (k: number) => number, y: (k: number) => number) {
  const found: { from: number; to: number; rangeM: number }[] = [];
  const beams = rangesM.length;
  const stepRad = Math.abs(angleIncrementRad);
  // Round a closed circle twice: every run ends once in the second round, whole even if it lies across the ends of the scan.
  const begin = (beams + 0.5) * stepRad > 2 * Math.PI ? beams : 0;
  let from = 0;
  let next = 0;
  let whole = false;
  for (let i = 0; i < begin + beams; i++) {
    const range = rangesM[i % beams]!;
    const hit = range >= 0 && range <= rangeMaxM;
    const before = rangesM[begin > 0 ? (i + beams - 1) % beams : i - 1] ?? Number.NaN;
    const gapM = GAP_M + 2 * Math.min(range, before) * stepRad;
    if (Math.abs(range - before) > gapM || !hit || Number.isNaN(before)) {
      // Here something ends: seen whole if what comes next lies farther away.
      if (whole && range > before && i >= begin && next - from >= MIN_BEAMS) {
        if (Math.hypot(x(next - 1) - x(from), y(next - 1) - y(from)) <= MAX_EXTENT_M) found.push({ from, to: next, rangeM: before });
      }
      from = next;
      whole = hit && before > range;
    }
    if (hit) next++;
  }
  return found;
}
