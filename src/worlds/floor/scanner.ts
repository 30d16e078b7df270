import type { Pose2 } from "../../core/body.js";
import { type FloorPlan, rayEntry } from "./plan.js";

export const SCAN_BEAMS = 120;
export const SCAN_ANGLE_MIN_RAD = -Math.PI;
/** For robots with corners, which come near to walls that they see at a small angle. */
export const FINE_SCAN_BEAMS = 1000;
export const SCAN_RANGE_MIN_M = 0.05;
export const SCAN_RANGE_MAX_M = 6;

/** Exact distances to walls and border along every beam of a turn, from the origin of the body. `[beam]`, metres. */
export function castScan(plan: FloorPlan, pose: Pose2, beams = SCAN_BEAMS): Float32Array {
  const ranges = new Float32Array(beams);
  for (let beam = 0; beam < beams; beam++) {
    ranges[beam] = castRay(plan, pose.xM, pose.yM, pose.yawRad + SCAN_ANGLE_MIN_RAD + beam * ((2 * Math.PI) / beams));
  }
  return ranges;
}

/** @param headingRad in the frame `odom` @returns metres to the first surface */
export function castRay(plan: FloorPlan, xM: number, yM: number, headingRad: number): number {
  const dx = Math.cos(headingRad);
  const dy = Math.sin(headingRad);
  const { arena } = plan;
  const toX = dx > 0 ? (arena.maxXM - xM) / dx : dx < 0 ? (arena.minXM - xM) / dx : Number.POSITIVE_INFINITY;
  const toY = dy > 0 ? (arena.maxYM - yM) / dy : dy < 0 ? (arena.minYM - yM) / dy : Number.POSITIVE_INFINITY;
  let rangeM = Math.min(toX, toY);
  for (const wall of plan.walls) rangeM = Math.min(rangeM, rayEntry(xM, yM, dx, dy, wall));
  return rangeM;
}
