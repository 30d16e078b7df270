import { Cem, type CemOptions } from "./cem.js";

/** As published: fewer samples from iteration to iteration, 30 % of the elites kept, coloured noise. */
const ICEM_DEFAULTS: Partial<CemOptions> = {
  samples: 64,
  elites: 10,
  keepElites: 3,
  initialStd: 0.5,
  smoothing: 0.1,
  colour: 2.5,
  decay: 1.25,
};

/**
 * The improved cross-entropy method (Pinneri et al. 2020, "Sample-efficient Cross-Entropy Method for Real-time Planning"): CEM with a population
 * that shrinks. Coloured noise, kept elites, the evaluated mean and playing the best candidate it shares with `Cem`, elites shifted in time are
 * the `guesses` of the next plan.
 */
export function icem(options: Partial<CemOptions> = {}): Cem {
  return new Cem({ ...ICEM_DEFAULTS, ...options });
}
