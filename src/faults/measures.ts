/** A command, or a measured motion, at an instant of the steady clock. */
export interface TwistSample {
  readonly atNs: bigint;
  readonly speedMps: number;
  readonly yawRateRps: number;
}

/** Slower than this a body counts as standing: the response to a zero command only approaches zero. */
export const STANDING = { speedMps: 0.01, yawRateRps: 0.02 } as const;

/**
 * From `fromNs` to the first sample after which there are only samples within `least`; undefined when the last one is not, or there is none.
 * @param samples in order of time
 */
export function msToLasting(
  samples: readonly TwistSample[],
  fromNs: bigint,
  least: { readonly speedMps: number; readonly yawRateRps: number },
): number | undefined {
  let first: TwistSample | undefined;
  for (const sample of samples) {
    if (sample.atNs < fromNs) continue;
    const within = Math.abs(sample.speedMps) <= least.speedMps && Math.abs(sample.yawRateRps) <= least.yawRateRps;
    first = within ? (first ?? sample) : undefined;
  }
  return first && Number(first.atNs - fromNs) / 1e6;
}

/** Samples that are not finite, or faster than the limits by more than rounding. */
export function beyondLimits(
  samples: readonly TwistSample[],
  limits: { readonly forwardMps: number; readonly reverseMps: number; readonly yawRateRps: number },
): number {
  const spare = 1 + 1e-6;
  return samples.filter(
    ({ speedMps: v, yawRateRps: w }) =>
      !(v <= limits.forwardMps * spare && v >= -limits.reverseMps * spare && Math.abs(w) <= limits.yawRateRps * spare),
  ).length;
}
