/** `zero`: holds each knot until the next · `linear` · `cubic`: Catmull–Rom, through all knots, continuous slope. */
export type SplineOrder = "zero" | "linear" | "cubic";

/**
 * The weights that carry `knots` evenly spread values to `steps` evenly spread ones: `value[s] = Σ_k weights[s * knots + k] · knot[k]`.
 * With `linear` and `cubic` the first and last knot lie on the first and last step; with `zero` each knot covers an equal part of the steps.
 * Each row adds up to 1. @returns `[step, knot]`, row-major
 */
export function interpolation(steps: number, knots: number, order: SplineOrder): Float64Array {
  if (!(knots >= 1) || !(steps >= 1)) throw new RangeError(`a spline needs at least one knot and one step, not ${knots} and ${steps}`);
  const weights = new Float64Array(steps * knots);
  for (let step = 0; step < steps; step++) {
    const add = (knot: number, weight: number) => {
      weights[step * knots + Math.min(knots - 1, Math.max(0, knot))]! += weight;
    };
    if (order === "zero" || knots === 1) {
      add(Math.floor((step * knots) / steps), 1);
      continue;
    }
    const at = steps === 1 ? 0 : (step * (knots - 1)) / (steps - 1);
    const left = Math.min(knots - 2, Math.floor(at));
    const u = at - left;
    if (order === "linear") {
      add(left, 1 - u);
      add(left + 1, u);
    } else {
      // Beyond the ends the line through the last two knots goes on: knot[-1] = 2·knot[0] - knot[1].
      const [before, from, to, after] = catmullRom(u);
      add(left, from);
      add(left + 1, to);
      if (left > 0) add(left - 1, before);
      else {
        add(0, 2 * before);
        add(1, -before);
      }
      if (left + 2 < knots) add(left + 2, after);
      else {
        add(knots - 1, 2 * after);
        add(knots - 2, -after);
      }
    }
  }
  return weights;
}

function catmullRom(u: number): [number, number, number, number] {
  const u2 = u * u;
  const u3 = u2 * u;
  return [(-u3 + 2 * u2 - u) / 2, (3 * u3 - 5 * u2 + 2) / 2, (-3 * u3 + 4 * u2 + u) / 2, (u3 - u2) / 2];
}
