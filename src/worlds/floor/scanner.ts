import type { Pose2 } from "../../core/body.js";
import { type FloorPlan, rayEntry } from "./plan.js";

export const SCAN_BEAMS = 120;
export const SCAN_ANGLE_MIN_RAD = -Math.PI;
export const SCAN_INCREMENT_RAD = (2 * Math.PI) / SCAN_BEAMS;
export const SCAN_RANGE_MIN_M = 0.05;
export const SCAN_RANGE_MAX_M = 6;

/** Exact distances to walls and border along every beam, from the body's centre. `[beam]`, metres. */
export function castScan(plan: FloorPlan, pose: Pose2): Float32Array {
  const ranges = new Float32Array(SCAN_BEAMS);
  for (let beam = 0; beam < SCAN_BEAMS; beam++) {
    ranges[beam] = castRay(plan, pose.xM, pose.yM, pose.yawRad + SCAN_ANGLE_MIN_RAD + beam * SCAN_INCREMENT_RAD);
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
