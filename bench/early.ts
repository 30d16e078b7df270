// Would it pay to end hopeless candidates after a part of their steps? How many of the elites are lost when only the better part goes on.
// ./rehearse bench early [--problems 30]
import { parseArgs } from "node:util";
import type { RolloutPrediction } from "#src/core/world-model.js";
import { collectRequests } from "#src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "#src/lockstep/load-setup.js";
import { seededRandom } from "#src/math/random.js";
import { createPlanner } from "#src/planner/index.js";
import { buildPlanner, makeMpcPlanner } from "#src/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "#src/runtime/system-clock.js";

const { values: flags } = parseArgs({ options: { problems: { type: "string", default: "30" } } });
const SAMPLES = 128;
const ELITES = 8;
const ITERATIONS = 5;
const TERMINAL = 0.25;

const setup = { ...loadSetup([]), repeatable: true };
const built = await buildPlanner(setup);
const evaluator = built.planningModel.evaluator;
if (evaluator === undefined) throw new Error("the model has no outcomes graph");
let seen: RolloutPrediction | undefined;
const watched = await makeMpcPlanner(
  {
    ...built.planningModel,
    evaluator: {
      evaluate: async (...asked) => {
        seen = await evaluator.evaluate(...asked);
        return seen;
      },
    },
  },
  setup,
  SYSTEM_CLOCK,
);
const requests = await collectRequests(setup, built.mpc, { world: "rooms", seed: 1000, episodes: 8, perEpisode: 4, everyNth: 9 });

/** By iteration, steps and share kept: the share of elites lost, and whether the best was. */
const losses = new Map<string, { elites: number[]; best: boolean[] }>();
let problems = 0;
for (const request of requests.slice(0, Number(flags.problems))) {
  const { energy, warmStart, guesses } = await watched.prepare(request);
  problems++;
  let iteration = 0;
  const objective = {
    score: async (actions: Parameters<typeof energy.score>[0]) => {
      const scores = await energy.score(actions);
      iteration++;
      const [count, steps] = actions.shape as [number, number, number];
      const distance = seen!.distance;
      const ranked = (cost: (n: number) => number) =>
        [...Array(count).keys()].sort((a, b) => scores.violation[a]! - scores.violation[b]! || cost(a) - cost(b));
      const elites = ranked((n) => scores.cost[n]!).slice(0, ELITES);
      for (const known of [3, 4, 5, 6])
        for (const share of [0.5, 0.35]) {
          // What is known of a candidate by then; it is taken to stay where it is for the rest.
          const partial = (n: number) => {
            const last = distance[n * steps + known - 1]!;
            let sum = (steps - known) * last;
            for (let step = 0; step < known; step++) sum += distance[n * steps + step]!;
            return ((1 - TERMINAL) * sum) / steps + TERMINAL * last;
          };
          const kept = new Set(ranked(partial).slice(0, Math.round(count * share)));
          const key = `iteration ${iteration}: after ${known} of ${steps} steps the better ${100 * share} %`;
          const loss = losses.get(key) ?? { elites: [], best: [] };
          loss.elites.push(elites.filter((n) => !kept.has(n)).length / ELITES);
          loss.best.push(!kept.has(elites[0]!));
          losses.set(key, loss);
        }
      return scores;
    },
  };
  const plans = createPlanner("cem", { samples: SAMPLES }).improve(objective, warmStart, seededRandom(1), guesses);
  for await (const plan of plans) if (plan.iterations >= ITERATIONS) break;
}
await built.model.dispose();
for (const [key, { elites, best }] of losses) {
  const lost = (100 * elites.reduce((sum, share) => sum + share, 0)) / elites.length;
  console.log(`${key} go on: ${lost.toFixed(1)} % of the elites lost, the best in ${best.filter(Boolean).length} of ${problems} problems`);
}
