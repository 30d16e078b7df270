// @ts-check
/**
 * A soft cost of your own: a robot that does not hurry. What can be said as an expression over the model's readouts needs no module: see `extra_cost`.
 *
 *     ./rehearse eval rooms --episodes 1 --set 'extra_costs=["./examples/custom-cost.mjs"]'
 *
 * @param {import("rehearse").PlanningApi} rehearse
 */
export default function customCost(rehearse) {
  return rehearse.defineCost({
    name: "gentle",
    parameters: { gentle_weight: { default: 0.5, min: 0, max: 1000, description: "Weight of speed" } },
    weight: "gentle_weight",
    needs: [],
    differentiable: false,
    create: () => ({ name: "gentle", evaluate: ({ actions }) => speedSquared(rehearse, actions) }),
  });
}

/**
 * Mean square of the speed along x over the steps: an action of -1/3 stands still, since reverse goes half as fast. One value a sample.
 * @param {import("rehearse").PlanningApi} rehearse
 * @param {import("rehearse").Tensor} actions `[sample, step, action]`
 */
function speedSquared(rehearse, actions) {
  const [samples, steps, axes] = /** @type {[number, number, number]} */ (actions.shape);
  const all = rehearse.values(actions);
  const result = new Float32Array(samples);
  for (let i = 0; i < samples * steps; i++) {
    const sample = Math.floor(i / steps);
    result[sample] = (result[sample] ?? 0) + ((all[i * axes] ?? 0) + 1 / 3) ** 2 / steps;
  }
  return result;
}
