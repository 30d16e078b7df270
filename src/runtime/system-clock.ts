import type { Clock } from "../core/clock.js";

/** The machine's clocks. */
export const SYSTEM_CLOCK: Clock = {
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
  steadyNs: () => process.hrtime.bigint(),
};
