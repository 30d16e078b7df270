/** How large a message may be (elements of arrays and characters of texts, together), and how many are taken within 20 ms. */
export interface MessageBounds {
  readonly size: number;
  readonly perPeriod?: number;
}

/** More than any sensor of a base or an arm needs, and little enough that it holds nothing up. */
export const INTAKES = {
  /** 16,384 beams with their intensities, two hundred times a second. */
  scan: { size: 40_000, perPeriod: 4 },
  /** Odometry, joints, commands; five hundred times a second. */
  small: { size: 4096, perPeriod: 10 },
} as const satisfies Record<string, MessageBounds>;
