/** A planner of your own: a generator that yields the best plan so far. It sees actions and scores, and nothing else. */
import * as rehearse from "rehearse";

/** Random search that halves its radius whenever an iteration brings nothing. Clock, budget and loop are `planWithin`'s. */
class ShrinkingSearch implements rehearse.Planner {
  readonly samples = 64;

  async *improve(objective: rehearse.Objective, warmStart: rehearse.Tensor, random: rehearse.Random): AsyncGenerator<rehearse.Plan> {
    const [steps, axes] = warmStart.shape as [number, number];
    const size = steps * axes;
    let best = { actions: warmStart, cost: Number.POSITIVE_INFINITY, violation: Number.POSITIVE_INFINITY };
    for (let radius = 0.5, iterations = 1; ; iterations++) {
      const centre = rehearse.values(best.actions);
      const candidates = Float32Array.from({ length: this.samples * size }, (_, i) => {
        const noise = i < size ? 0 : radius * random.normal(); // the first candidate is the best itself
        return Math.min(1, Math.max(-1, centre[i % size]! + noise));
      });
      const scores = await objective.score(rehearse.tensor(candidates, [this.samples, steps, axes]));
      const before = best;
      for (let n = 0; n < this.samples; n++) {
        const [cost, violation] = [scores.cost[n]!, scores.violation[n]!];
        // What breaks a guardrail less comes first, whatever it costs. Comparing with NaN is false: a broken score never wins.
        if (!(violation < best.violation || (violation === best.violation && cost < best.cost))) continue;
        best = { actions: rehearse.tensor(candidates.slice(n * size, (n + 1) * size), [steps, axes]), cost, violation };
      }
      if (best === before) radius /= 2;
      yield { ...best, iterations };
    }
  }
}

/** A problem with a known answer: all actions 0.3. */
const problem: rehearse.Objective = {
  async score(actions) {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const cost = new Float32Array(samples);
    rehearse.values(actions).forEach((action, i) => {
      cost[Math.floor(i / (steps * axes))]! += (action - 0.3) ** 2;
    });
    return { cost, violation: new Float32Array(samples) };
  },
};

export const costs: number[] = [];
for (const planner of [new ShrinkingSearch(), rehearse.createPlanner("cem")]) {
  const plans = planner.improve(problem, rehearse.constantPlan([0, 0], 5), rehearse.seededRandom(1));
  const { plan, byIteration } = await rehearse.planWithin(plans, { maxIterations: 40 }, rehearse.SYSTEM_CLOCK);
  costs.push(plan.cost);
  console.log(`${planner.constructor.name}: ${byIteration.map((cost) => cost.toExponential(1)).join(" ")}`);
}
