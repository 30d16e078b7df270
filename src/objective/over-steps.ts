/**
 * One value a sample from one a step: `(1 - terminal) · mean over all steps + terminal · last step`.
 * The mean over all steps draws the robot to the goal early (on navigation it beats the last step alone); the last step keeps a distant goal relevant.
 * @param perStep `[sample, step]`
 */
export function overSteps(perStep: ArrayLike<number>, samples: number, steps: number, terminal: number): Float32Array {
  const combined = new Float32Array(samples);
  for (let n = 0; n < samples; n++) {
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += perStep[n * steps + step]!;
    combined[n] = ((1 - terminal) * sum) / steps + terminal * perStep[(n + 1) * steps - 1]!;
  }
  return combined;
}

/** The weights by which `overSteps` adds up the steps. */
export function stepWeights(steps: number, terminal: number): Float32Array {
  const weights = new Float32Array(steps).fill((1 - terminal) / steps);
  weights[steps - 1]! += terminal;
  return weights;
}
