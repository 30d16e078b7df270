import { clamp } from "../math/angle.js";

/** Longest step of the integration; the lag is integrated exactly for a constant command. */
export const MAX_STEP_S = 0.0125;

/** How one axis answers a velocity command; in its own unit, m or rad. */
export interface AxisResponse {
  readonly timeConstantS: number;
  readonly accelerationPerS2: number;
  readonly decelerationPerS2: number;
}

/** One step of a first-order lag under acceleration limits. @param fraction of the difference to the command that the lag covers in this step */
export function approach(from: number, to: number, fraction: number, maxGain: number, maxLoss: number): number {
  const wanted = (to - from) * fraction;
  // Slowing down is a change against the present direction.
  const limit = from * wanted < 0 ? maxLoss : maxGain;
  return from + clamp(wanted, -limit, limit);
}

/** The velocity `durationS` later under one constant command. */
export function velocityAfter(velocity: number, command: number, durationS: number, response: AxisResponse): number {
  const steps = Math.max(1, Math.ceil(durationS / MAX_STEP_S - 1e-9));
  const stepS = durationS / steps;
  const fraction = response.timeConstantS > 0 ? -Math.expm1(-stepS / response.timeConstantS) : 1;
  let v = velocity;
  for (let i = 0; i < steps; i++)
    v = approach(v, command, fraction, response.accelerationPerS2 * stepS, response.decelerationPerS2 * stepS);
  return v;
}

/** Stopping distance after a command to stop: at its deceleration, or by its lag where that brakes less. */
export function stoppingDistanceM(speedMps: number, decelerationMps2: number, timeConstantS = 0): number {
  const lagMps = decelerationMps2 * timeConstantS;
  if (speedMps <= lagMps) return speedMps * timeConstantS;
  return (speedMps * speedMps - lagMps * lagMps) / (2 * decelerationMps2) + lagMps * timeConstantS;
}
