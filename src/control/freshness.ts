export type Freshness = "fresh" | "stale" | "future" | "missing";

/** Stamps this far ahead of the clock are taken as fresh: clocks of two machines never agree exactly. */
const FUTURE_TOLERANCE_NS = 50_000_000n;

/** Both ends of an age are checked: a stamp from the future is as wrong as an old one. */
export function freshness(stampNs: bigint | undefined, nowNs: bigint, maxAgeNs: bigint): Freshness {
  if (stampNs === undefined) return "missing";
  const ageNs = nowNs - stampNs;
  if (ageNs < -FUTURE_TOLERANCE_NS) return "future";
  return ageNs > maxAgeNs ? "stale" : "fresh";
}
