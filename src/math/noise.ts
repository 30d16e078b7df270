import { interpolation, type SplineOrder } from "./spline.js";

/**
 * A linear map from independent standard normals to a sequence in time: `sequence[t] = Σ_j basis[t * inputs + j] · normal[j]`.
 * Every entry of the sequence has variance 1, so that a standard deviation keeps its meaning whatever the colour.
 */
export interface NoiseShape {
  readonly steps: number;
  /** Normals that one sequence takes. */
  readonly inputs: number;
  /** `[step, input]`, row-major */
  readonly basis: Float64Array;
  /** `[step]`: entries of a row of the basis that are not 0 lie from here… */
  readonly firsts: Uint32Array;
  /** …to before here. */
  readonly ends: Uint32Array;
}

/**
 * Noise whose power falls with frequency as f^-exponent (0 white, 1 pink, 2 red): neighbouring steps move together, so that candidates
 * travel instead of trembling (Pinneri et al. 2020, "Sample-efficient Cross-Entropy Method for Real-time Planning").
 * The spectrum is that of Timmer & König (1995) on twice the length, so that the end of a sequence is not tied to its beginning;
 * `basis` is the Cholesky factor of its covariance.
 */
export function colouredNoise(steps: number, exponent: number): NoiseShape {
  const period = 2 * steps;
  const covariance = new Float64Array(steps);
  for (let frequency = 0; frequency < period; frequency++) {
    const power = Math.max(1, Math.min(frequency, period - frequency)) ** -exponent;
    for (let lag = 0; lag < steps; lag++) covariance[lag]! += power * Math.cos((2 * Math.PI * frequency * lag) / period);
  }
  const basis = new Float64Array(steps * steps);
  for (let row = 0; row < steps; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = covariance[row - column]! / covariance[0]!;
      for (let k = 0; k < column; k++) rest -= basis[row * steps + k]! * basis[column * steps + k]!;
      basis[row * steps + column] = row === column ? Math.sqrt(Math.max(rest, 0)) : rest / basis[column * steps + column]!;
    }
  }
  return noiseShape(steps, steps, basis);
}

/** Noise that is a spline through a few random knots spread evenly from the first step to the last (MuJoCo MPC's sampling). */
export function splineNoise(steps: number, knots: number, order: SplineOrder): NoiseShape {
  const basis = interpolation(steps, knots, order);
  for (let step = 0; step < steps; step++) {
    const row = basis.subarray(step * knots, (step + 1) * knots);
    const length = Math.hypot(...row);
    for (let k = 0; k < knots; k++) row[k]! /= length;
  }
  return noiseShape(steps, knots, basis);
}

function noiseShape(steps: number, inputs: number, basis: Float64Array): NoiseShape {
  const rows = Array.from({ length: steps }, (_, step) => basis.subarray(step * inputs, (step + 1) * inputs));
  const firsts = Uint32Array.from(rows, (row) => row.findIndex((weight) => weight !== 0));
  const ends = Uint32Array.from(rows, (row) => row.findLastIndex((weight) => weight !== 0) + 1);
  return { steps, inputs, basis, firsts, ends };
}
