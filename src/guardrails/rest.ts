import type { BodyState } from "../core/guardrail.js";
import { asTwist } from "./twist.js";

export const REST_SPEED_MPS = 0.02;
export const REST_YAW_RATE_RPS = 0.05;

/** Measured to stand still, and told to. Without odometry nothing is known. */
export function isAtRest(now: Pick<BodyState, "odometry" | "lastOutput">): boolean {
  const last = asTwist(now.lastOutput);
  const measured = now.odometry?.twistInBase;
  if (last === undefined || measured === undefined) return false;
  return (
    last.vxMps === 0 &&
    last.vyMps === 0 &&
    last.yawRateRps === 0 &&
    Math.hypot(measured.vxMps, measured.vyMps) <= REST_SPEED_MPS &&
    Math.abs(measured.yawRateRps) <= REST_YAW_RATE_RPS
  );
}
