import { MOTION_SIZE } from "../core/motion.js";
import type { ObstaclePoints } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { distanceToSegment } from "../math/points.js";
import { values } from "../math/tensor.js";

/** Interval between checks of the predicted motion: 60 mm at 0.6 m/s, while each check covers the braking distance ahead. */
const LOOK_S = 0.1;

/**
 * How near predicted motion comes to obstacles: at every check the body's centre is swept ahead, along the chord of its braking arc. Those
 * that move go on as they do from the beginning of the motion.
 * @param motion `[sample, tick, MOTION_SIZE]`, not empty @param aheadS by speed in m/s, the time in which that speed would lead to where it rests
 * @param farM what lies farther away than this does not matter
 * @returns the distance one period before the first tick, and the least one of each sample, `farM` at most
 */
export function clearanceAhead(
  motion: Tensor,
  { pointsM, moving }: ObstaclePoints,
  aheadS: (speedMps: number) => number,
  periodS: number,
  farM: number,
): { readonly startM: number; readonly leastM: Float32Array } {
  const [samples, ticks] = motion.shape as [number, number, number];
  const stride = Math.max(1, Math.floor(LOOK_S / periodS + 1e-9));
  const data = values(motion);
  const points = within(pointsM, data, aheadS, periodS, farM);
  const leastM = new Float32Array(samples).fill(farM);
  const movingAt = Array.from({ length: ticks + 1 }, (_, t) => placesAt(moving, t * periodS));
  const [yaw, vx, vy] = [data[2]!, data[3]! * periodS, data[4]! * periodS];
  const x0 = data[0]! - vx * Math.cos(yaw) + vy * Math.sin(yaw);
  const y0 = data[1]! - vx * Math.sin(yaw) - vy * Math.cos(yaw);
  const startM = Math.min(distanceToSegment(points, x0, y0, 0, 0), distanceToSegment(movingAt[0]!, x0, y0, 0, 0));
  if (points.length === 0 && !moving?.length) return { startM, leastM };
  for (let n = 0; n < samples; n++) {
    // Distance known at the last check, and where that was: until both ends of the sweep have moved by the rest, nothing can be near.
    let slackM = 0;
    let [fromX, fromY, fromEndX, fromEndY] = [0, 0, 0, 0];
    let least = farM;
    for (let t = (ticks - 1) % stride; t < ticks; t += stride) {
      const row = (n * ticks + t) * MOTION_SIZE;
      const x = data[row]!;
      const y = data[row + 1]!;
      const vx = data[row + 3]!;
      const vy = data[row + 4]!;
      const forS = aheadS(vy === 0 ? Math.abs(vx) : Math.hypot(vx, vy));
      const heading = data[row + 2]! + (data[row + 5]! * forS) / 2;
      const cos = forS * Math.cos(heading);
      const sin = forS * Math.sin(heading);
      const dx = vx * cos - vy * sin;
      const dy = vx * sin + vy * cos;
      if (movingAt[0]!.length > 0) least = Math.min(least, distanceToSegment(movingAt[t + 1]!, x, y, dx, dy));
      const endX = x + dx;
      const endY = y + dy;
      if (slackM > 0) {
        const moved = (x - fromX) * (x - fromX) + (y - fromY) * (y - fromY);
        const endMoved = (endX - fromEndX) * (endX - fromEndX) + (endY - fromEndY) * (endY - fromEndY);
        if (moved < slackM * slackM && endMoved < slackM * slackM) continue;
      }
      const distance = distanceToSegment(points, x, y, dx, dy);
      if (distance < least) least = distance;
      slackM = distance - least;
      fromX = x;
      fromY = y;
      fromEndX = endX;
      fromEndY = endY;
    }
    leastM[n] = least;
  }
  return { startM, leastM };
}

function placesAt(moving: Float32Array | undefined, timeS: number): Float32Array {
  return Float32Array.from({ length: (moving?.length ?? 0) / 2 }, (_, i) => {
    const at = 4 * (i >> 1) + (i & 1);
    return moving![at]! + moving![at + 2]! * timeS;
  });
}

/** The points that any of the motion could come near. */
function within(points: Float32Array, motion: Float32Array, aheadS: (speedMps: number) => number, periodS: number, farM: number) {
  let [minX, minY, maxX, maxY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let fastest = 0;
  for (let row = 0; row < motion.length; row += MOTION_SIZE) {
    const x = motion[row]!;
    const y = motion[row + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
    const speed = Math.abs(motion[row + 3]!) + Math.abs(motion[row + 4]!);
    if (speed > fastest) fastest = speed;
  }
  // The start, the reference for a body that starts too near, lies one period before the first tick.
  const reach = fastest * (aheadS(fastest) + periodS) + farM;
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (x > minX - reach && x < maxX + reach && y > minY - reach && y < maxY + reach) kept.push(x, y);
  }
  return Float32Array.from(kept);
}
