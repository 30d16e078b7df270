/**
 * What first candidates bring: the energy that CEM reaches in few iterations, with and without proposals, above the best that is known of.
 * Problems come from worlds that neither model nor head nor memory has seen.
 * After `npm run build`: node bench/proposals.mjs [--model DIR] [--problems N] [--samples 64,128] [--sources head,memory,both] [--precision int8]
 */
import { parseArgs } from "node:util";
import { collectRequests } from "../dist/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../dist/lockstep/load-setup.js";
import { seededRandom } from "../dist/math/random.js";
import { tensor, values } from "../dist/math/tensor.js";
import { proposalsFrom } from "../dist/mpc/proposers.js";
import { FittedEncoder } from "../dist/perception/fitted-encoder.js";
import { createPlanner } from "../dist/planner/index.js";
import { constantPlan, resamplePlan } from "../dist/planner/warm-start.js";
import { buildPlanner, makeMpcPlanner } from "../dist/runtime/planner-setup.js";
import { SYSTEM_CLOCK } from "../dist/runtime/system-clock.js";
import { createWorld } from "../dist/worlds/index.js";

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: "models/rooms/base" },
    problems: { type: "string", default: "60" },
    samples: { type: "string", default: "64,128" },
    sources: { type: "string", default: "head,memory,both" },
    seed: { type: "string", default: "200000" },
    precision: { type: "string", default: "float32" },
  },
});
const ITERATIONS = [1, 2, 3, 5];
const REFERENCE = { samples: 512, iterations: 12 };
/** What a plan that breaks a guardrail counts as, where there are others, metres. */
const BROKEN_M = 0.5;

const sourceNames = flags.sources.split(",");
const sizes = flags.samples.split(",").map(Number);
// In float32 unless asked otherwise: what 8-bit products err by is as much as what is to be compared.
const setup = loadSetup([`model=${flags.model}`, `precision=${flags.precision}`]);
const { mpc, model } = await buildPlanner(setup);
const sources = new Map();
for (const name of sourceNames) sources.set(name, await proposalsFrom(name, model));
// A maker that has planned nothing: it remembers no alternatives.
const maker = await makeMpcPlanner({ ...model, encoder: new FittedEncoder(model.encoder, setup.model.image) }, setup, SYSTEM_CLOCK);
const rest = setup.model.axes.map(({ range: [low, high] }) => -(high + low) / (high - low));

const { cold, near, warm } = await problems(Number(flags.problems), Number(flags.seed));
await compare("cold: the goal has just become another one, nothing is known of the way there", cold, false);
await compare("near: as cold, and the goal is at most 0.8 m away", near, false);
await compare("warm: the plan before led to the same goal", warm, true);
await model.dispose();

/** Moments on the way, as a drive brings them up; and the same moments with a new goal. */
async function problems(wanted, seed) {
  const source = { world: "rooms", seed, episodes: Math.ceil(wanted / 4), perEpisode: 5, everyNth: 6 };
  const warm = (await collectRequests(setup, mpc, source)).filter(({ previous }) => previous !== undefined).slice(0, wanted);
  const random = seededRandom(seed).fork("goals");
  const world = createWorld("rooms", { seed, startNs: 0n });
  const anew = (mostM) =>
    warm.map((request, i) => {
      const { xM, yM } = request.odometry.odomFromBase;
      let goal = world.samplePose(random, 0.1);
      while (Math.hypot(goal.xM - xM, goal.yM - yM) > mostM) goal = world.samplePose(random, 0.1);
      return { ...request, previous: undefined, goal: { kind: "pose", id: mostM * 1e6 + i, xM: goal.xM, yM: goal.yM } };
    });
  return { cold: anew(100), near: anew(0.8), warm };
}

async function compare(title, requests, isWarm) {
  const regrets = new Map();
  const asTheyAre = new Map();
  const askedMs = new Map();
  let compared = 0;
  for (const [i, request] of requests.entries()) {
    const { energy, warmStart, guesses, place } = await maker.prepare(request);
    const steps = warmStart.shape[0];
    const latent = await energy.latentAtStart();
    const proposed = new Map();
    for (const [name, source] of sources) {
      const began = performance.now();
      const proposals = await source.propose(latent, [place.xM, place.yM]);
      push(askedMs, name, performance.now() - began);
      proposed.set(
        name,
        proposals.map((actions) => resamplePlan({ startNs: 0n, stepNs: 1n, actions }, 0n, steps, rest)),
      );
    }
    const nothing = constantPlan(rest, steps);
    const ways = new Map([
      ["nothing", [nothing, []]],
      ["fixed guesses", [nothing, guesses]],
      ...(isWarm ? [["warm start", [warmStart, []]]] : []),
      ...(isWarm ? [["warm start + fixed", [warmStart, guesses]]] : []),
      ...sourceNames.map((name) => [`${isWarm ? "warm start + " : ""}fixed + ${name}`, [warmStart, [...proposed.get(name), ...guesses]]]),
      ...sourceNames.map((name) => [`${name} alone`, [nothing, proposed.get(name)]]),
    ]);
    const found = new Map();
    for (const samples of sizes)
      for (const [name, [start, first]] of ways)
        found.set(`${samples} ${name}`, await reached(energy, start, first, samples, ITERATIONS.at(-1), i));
    const everything = [...[...proposed.values()].flat(), ...guesses];
    const references = [guesses, everything].map((first, k) =>
      reached(energy, warmStart, first, REFERENCE.samples, REFERENCE.iterations, 1e6 + 2 * i + k),
    );
    const ends = [...found.values(), ...(await Promise.all(references))].map((plans) => plans.at(-1));
    const best = Math.min(...ends.filter(({ violation }) => violation === 0).map(({ cost }) => cost));
    if (!Number.isFinite(best)) continue; // nothing keeps the rules here
    compared++;
    const regret = ({ cost, violation }) => (violation > 0 ? BROKEN_M : cost - best);
    for (const [name, plans] of found) for (const n of ITERATIONS) push(regrets, `${name}\t${n}`, regret(plans[n - 1]));
    for (const [name, proposals] of proposed) {
      const all = new Float32Array(proposals.flatMap((actions) => [...values(actions)]));
      const { cost, violation } = await energy.score(tensor(all, [proposals.length, steps, rest.length]));
      push(asTheyAre, name, Math.min(...proposals.map((_, k) => regret({ cost: cost[k], violation: violation[k] }))));
    }
  }
  console.log(`\n${title}: ${compared} problems; energy above the best known, metres: mean ± 95 % (median), after n iterations`);
  for (const name of sourceNames)
    console.log(
      `  best proposal of ${name}, as it is: ${summary(asTheyAre.get(name))}; asked in ${median(askedMs.get(name)).toFixed(2)} ms`,
    );
  for (const key of new Set([...regrets.keys()].map((name) => name.split("\t")[0])))
    console.log(`  ${key.padEnd(36)} ${ITERATIONS.map((n) => `${n}: ${summary(regrets.get(`${key}\t${n}`))}`).join("   ")}`);
}

/** The best plan after each iteration. */
async function reached(energy, warmStart, guesses, samples, iterations, seed) {
  const plans = [];
  for await (const plan of createPlanner("cem", { samples }).improve(energy, warmStart, seededRandom(seed), guesses)) {
    plans.push(plan);
    if (plans.length === iterations) break;
  }
  return plans;
}

function push(lists, key, value) {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

function summary(numbers) {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length);
  return `${mean.toFixed(4)} ± ${((1.96 * deviation) / Math.sqrt(numbers.length)).toFixed(4)} (${median(numbers).toFixed(4)})`;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
