// @ts-check
/**
 * A planner of your own: a generator that yields the best plan so far. It sees actions and scores, and nothing else.
 *
 *     ./rehearse eval rooms --episodes 1 --set planner=./examples/custom-planner.mjs
 *
 * @param {import("rehearse").PlanningApi} rehearse
 */
export default function customPlanner(rehearse) {
  /** Random search that halves its radius whenever an iteration brings nothing. Clock, budget and loop are the controller's. */
  class ShrinkingSearch {
    /** @param {number} samples */
    constructor(samples) {
      this.samples = samples;
    }

    /**
     * @param {import("rehearse").Objective} objective
     * @param {import("rehearse").Tensor} warmStart `[step, action]`
     * @param {import("rehearse").Random} random
     * @param {readonly import("rehearse").Tensor[]} [guesses]
     */
    async *improve(objective, warmStart, random, guesses = []) {
      const shape = /** @type {[number, number]} */ ([...warmStart.shape]);
      const size = shape[0] * shape[1];
      let best = { actions: warmStart, cost: Number.POSITIVE_INFINITY, violation: Number.POSITIVE_INFINITY };
      for (let radius = 0.5, iterations = 1; ; iterations++) {
        const centre = rehearse.values(best.actions);
        const candidates = Float32Array.from({ length: this.samples * size }, (_, i) => {
          const noise = i < size ? 0 : radius * random.normal(); // the first candidate is the best itself
          return Math.min(1, Math.max(-1, (centre[i % size] ?? 0) + noise));
        });
        if (iterations === 1)
          for (const [n, guess] of guesses.slice(0, this.samples - 1).entries()) candidates.set(rehearse.values(guess), (n + 1) * size);
        const scores = await objective.score(rehearse.tensor(candidates, [this.samples, ...shape]));
        const before = best;
        for (let n = 0; n < this.samples; n++) {
          const [cost, violation] = [scores.cost[n] ?? Number.NaN, scores.violation[n] ?? Number.NaN];
          // What breaks a guardrail less comes first, whatever it costs. Comparing with NaN is false: a broken score never wins.
          if (!(violation < best.violation || (violation === best.violation && cost < best.cost))) continue;
          best = { actions: rehearse.tensor(candidates.slice(n * size, (n + 1) * size), shape), cost, violation };
        }
        if (best === before) radius /= 2;
        yield { ...best, iterations };
      }
    }
  }

  return { create: ({ samples = 64 }) => new ShrinkingSearch(samples) };
}
