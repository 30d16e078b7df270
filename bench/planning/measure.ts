import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import type { Precision } from "#src/core/model.js";
import { mean } from "#src/math/statistics.js";
import type { PlannerOptions } from "#src/planner/index.js";
import type { PlannerSetup } from "#src/runtime/planner-setup.js";
import { cheapest, type Point, type Spread, spread } from "./choose.js";
import { Contest, type Entry, type Judged, pointsOf } from "./contest.js";
import { type EqualWork, equalWork } from "./equal-work.js";
import { type Floor, measureFloor } from "./floor.js";
import { type Goal, goalsOf, SAME_CEM, WHOLE } from "./goals.js";
import { type OurSettings, Ours, TERMINAL } from "./ours.js";
import { Peer } from "./peer.js";
import { collectProblems, forPeers, type Problem } from "./problems.js";
import { type Effort, referenceCost } from "./reference.js";
import { type PeerSettings, RESEARCH, type Series, seriesOf } from "./settings.js";

/** Everything that was measured; times in milliseconds, regrets in metres of cost. */
export interface Measured {
  readonly quick: boolean;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    /** Mean number of busy processes in the minute before, and in that at the end. */
    readonly load: readonly [number, number];
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly wallS: number;
  readonly horizon: number;
  /** Floating-point operations of one sample in one step. */
  readonly flops: number;
  readonly effort: Effort;
  readonly problems: { readonly tuned: number; readonly compared: number };
  readonly equalWork: readonly EqualWork[];
  readonly floors: readonly Floor[];
  /** Of all settings that were swept, on the problems for tuning. */
  readonly swept: readonly {
    readonly series: string;
    readonly settings: object;
    readonly iterations: number;
    readonly ms: number;
    readonly regret: number;
  }[];
  /** Mean regret of CEM as published on the problems for tuning: what "equal quality" means. */
  readonly target: number;
  /** The cheapest setting of each series that reaches it, or else the next level that it does reach, on other problems. */
  readonly compared: readonly Compared[];
  /** How many times longer others take than ours, at equal quality. */
  readonly ratios: Readonly<Record<string, Spread>>;
  readonly goals: readonly Goal[];
}

export interface Compared {
  readonly name: string;
  readonly ours: boolean;
  readonly settings: object;
  readonly iterations: number;
  /** The mean regret for which it is the cheapest setting of its series on the problems for tuning; absent: taken as it is. */
  readonly level?: number;
  /** One a plan, in the same order for all: the same problems, in the same minutes. */
  readonly times: readonly number[];
  readonly ms: Spread;
  readonly regret: Spread & { readonly mean: number };
  /** Share of plans that would break a guardrail, of which nobody was told. */
  readonly breaks: number;
  /** Whole plan over its rollouts. */
  readonly overRollouts?: number;
}

/** Mean number of busy processes above which times with two threads say little. */
const BUSY = 0.7;
/** Regrets at which planners are compared besides the one aimed at, metres. */
export const LEVELS = [0.003, 0.01, 0.03];
const THREADS = [1, 2];
const PRECISIONS: readonly Precision[] = ["float32", "int8"];

interface Scale {
  readonly episodes: number;
  readonly tuned: number;
  readonly compared: number;
  readonly rounds: number;
  readonly sizes: readonly number[];
  readonly equalWorkS: number;
  readonly floorS: number;
  readonly reference: Effort;
  /** No reference, no sweep of another problem, and no new round of the comparison, is begun after so many seconds. */
  readonly referencesUntilS: number;
  readonly sweepUntilS: number;
  readonly compareUntilS: number;
}

const FULL: Scale = {
  episodes: 14,
  tuned: 12,
  compared: 24,
  rounds: 2,
  sizes: [64, 128, 300, 512],
  equalWorkS: 30,
  floorS: 6,
  reference: { samples: 2048, iterations: 50, seeds: 2 },
  referencesUntilS: Number.POSITIVE_INFINITY,
  sweepUntilS: Number.POSITIVE_INFINITY,
  compareUntilS: Number.POSITIVE_INFINITY,
};
const QUICK: Scale = {
  episodes: 4,
  tuned: 4,
  compared: 6,
  rounds: 2,
  sizes: [128, 300],
  equalWorkS: 3,
  floorS: 1,
  reference: { samples: 512, iterations: 15, seeds: 1 },
  referencesUntilS: 15,
  sweepUntilS: 25,
  compareUntilS: 38,
};

export async function measure(setup: PlannerSetup, quick: boolean, say: (what: string) => void): Promise<Measured> {
  const scale = quick ? QUICK : FULL;
  const began = performance.now();
  const elapsedS = () => (performance.now() - began) / 1000;
  const loadBefore = loadavg()[0]!;
  const { model, parameters } = setup;
  if (loadBefore > BUSY)
    say(
      `the machine is busy (load ${loadBefore.toFixed(1)}): of libraries whose threads wait for each other in a loop, as PyTorch's, times will be far too long`,
    );

  say("problems");
  const problems = await collectProblems(setup, scale.episodes);
  const tuning = spreadOver(problems, scale.tuned, 0);
  const comparing = spreadOver(problems, scale.compared, 1);
  const ours = new Map<string, Ours>();
  for (const threads of THREADS)
    for (const precision of PRECISIONS) {
      const one = await Ours.load(setup, threads, precision);
      if (one.precision === precision) ours.set(Contest.key(precision, threads), one);
      else await one.dispose();
    }
  const judge = ours.get(Contest.key("float32", 2))!;
  const peers = new Map(THREADS.map((threads) => [threads, new Peer(threads)]));
  try {
    let loaded: Awaited<ReturnType<Peer["load"]>> | undefined;
    for (const peer of peers.values()) loaded = await peer.load(model.folder, problems.map(forPeers), model.blockSize, TERMINAL);
    const { versions, flops, hidden } = loaded!;
    await checkSameCost(judge, problems[0]!, peers.get(1)!);

    say("equal work, and the floor under it");
    const rollouts = await equalWork(problems[0]!, scale.sizes, ours, peers, scale.equalWorkS);
    const floors: Floor[] = [];
    for (const peer of peers.values()) floors.push(await measureFloor(peer, scale.sizes, hidden, scale.floorS));

    say("reference plans");
    const contest = new Contest(problems, ours, peers, judge);
    for (const problem of [...tuning, ...comparing]) {
      // Without one, regret is measured from the best that anybody finds.
      if (elapsedS() > scale.referencesUntilS) break;
      contest.know(problem, await referenceCost(judge, problems[problem]!, scale.reference, model.graphs.rollout.sha256, !quick));
    }

    const defaults: OurSettings = {
      planner: parameters.planner as keyof PlannerOptions,
      options: { samples: parameters.samples },
      iterations: Math.max(parameters.iterations, 8),
    };
    const { research, others } = seriesOf(quick, defaults);
    const series = [research, ...others.filter((one) => one.by === "peer" || ours.has(Contest.key(one.precision, one.threads)))];
    const entries = series.flatMap((one): Entry[] => one.settings.map((settings) => ({ series: one, settings })));
    say(`sweep of ${entries.length} settings`);
    // What has never run is slow the first time.
    for (const one of series)
      await contest.plan({ series: one, settings: { ...one.settings[0]!, iterations: 2 } as PeerSettings }, tuning[0]!, 1);
    const plans = new Map(entries.map((entry) => [entry, [] as { problem: number; judged: Judged }[]]));
    let tuned = 0;
    for (const problem of tuning) {
      if (tuned > 0 && elapsedS() > scale.sweepUntilS) break;
      for (const entry of turned(entries, tuned))
        plans.get(entry)!.push({ problem, judged: await contest.plan(entry, problem, 1 + tuned) });
      tuned++;
    }
    const points = [...plans].flatMap(([entry, made]) => pointsOf(entry, made, contest).map((point) => ({ ...point, entry })));
    const published = points.filter(({ series: name, iterations }) => name === research.name && iterations === RESEARCH.iterations)[0]!;
    const target = mean(published.regret);

    say("comparison");
    const chosen = choose(points, published, target, defaults, parameters.iterations);
    const compared = await compare(contest, chosen, comparing, scale, elapsedS);
    const { ratios, goals } = goalsOf({ target, compared, equalWork: rollouts, floors, flops, horizon: parameters.horizon_steps });
    return {
      quick,
      machine: {
        processor: cpus()[0]?.model ?? "unknown",
        processors: cpus().length,
        load: [loadBefore, loadavg()[0]!],
        versions: { "Node.js": process.versions.node, "onnxruntime-node": ortVersion(), ...versions },
      },
      wallS: elapsedS(),
      horizon: parameters.horizon_steps,
      flops,
      effort: scale.reference,
      problems: { tuned, compared: comparing.length },
      equalWork: rollouts,
      floors,
      swept: points.map(({ series: name, settings, iterations, ms, regret }) => ({
        series: name,
        settings,
        iterations,
        ms: spread(ms).median,
        regret: mean(regret),
      })),
      target,
      compared,
      ratios,
      goals,
    };
  } finally {
    for (const peer of peers.values()) peer.end();
    for (const one of ours.values()) await one.dispose();
  }
}

/** `count` of the problems, evenly; `phase` 0 takes every third from the first on, 1 of the rest: so that both have all kinds, and none in common. */
function spreadOver(problems: readonly Problem[], count: number, phase: 0 | 1): number[] {
  const mine = problems.flatMap((_, i) => (((Math.floor(i / 3) + i) % 3 === 0 ? phase === 0 : phase === 1) ? [i] : []));
  return mine.slice(0, count);
}

/** Begins with another one each time. */
function turned<T>(list: readonly T[], by: number): T[] {
  const at = (by * 7) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function checkSameCost(judge: Ours, problem: Problem, peer: Peer): Promise<void> {
  const plans = problem.guesses.map((guess) => Float32Array.from(guess.data));
  const { cost } = await judge.judge(problem, plans);
  const theirs = await peer.cost(
    0,
    plans.flatMap((plan) => Array.from(plan)),
  );
  const difference = Math.max(...theirs.map((value, i) => Math.abs(value - cost[i]!)));
  if (!(difference < 1e-4)) throw new Error(`PyTorch and the runtime differ by ${difference} in the cost of the same plans`);
}

function ortVersion(): string {
  return (createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string }).version;
}

interface Choice {
  readonly name: string;
  readonly entry: Entry;
  readonly iterations: number;
  /** The regret that it was tuned to; undefined: taken as it is. */
  readonly level: number | undefined;
}

type SweptPoint = Point<OurSettings | PeerSettings> & { readonly entry: Entry };

function choose(points: readonly SweptPoint[], published: SweptPoint, target: number, defaults: OurSettings, iterations: number): Choice[] {
  const of = (name: string, point: SweptPoint, level?: number): Choice => ({
    name,
    entry: point.entry,
    iterations: point.iterations,
    level,
  });
  const choices = [of(published.series, published)];
  const named = new Map<string, SweptPoint[]>();
  for (const point of points) if (point.series !== published.series) named.set(point.series, [...(named.get(point.series) ?? []), point]);
  const levels = new Set<number>();
  for (const [name, mine] of named) {
    const level = strictest(mine, [target, ...LEVELS.filter((one) => one > target)]);
    levels.add(level);
    choices.push(of(name, cheapest(mine, level)!, level));
  }
  // Whoever plans less well has to be compared with ours at that quality.
  const ours = points.filter(({ entry }) => entry.series.by === "ours");
  for (const level of levels) {
    const best = cheapest(ours, level);
    if (best !== undefined && !choices.some((one) => one.entry === best.entry && one.level === level))
      choices.push(of(best.series, best, level));
  }
  const seriesWhere = (which: (series: Series) => boolean) => points.map(({ entry }) => entry.series).find(which);
  const float32 = seriesWhere((one) => one.by === "ours" && one.precision === "float32" && one.threads === 2)!;
  const runtime = seriesWhere((one) => one.by === "ours" && one.threads === 1) ?? float32;
  const mppi = seriesWhere((one) => one.by === "peer" && one.planner === "pytorch-mppi" && one.threads === 2)!;
  const { samples, iterations: many, elites, std } = RESEARCH;
  const same: OurSettings = { planner: "cem", options: { samples, elites, keepElites: 0, initialStd: std, colour: 0 }, iterations: many };
  const ownName = `rehearse at its defaults,${runtime.name.slice(runtime.name.indexOf(",") + 1)}`;
  return [
    ...choices,
    { name: SAME_CEM, entry: { series: float32, settings: same }, iterations: many, level: undefined },
    { name: ownName, entry: { series: runtime, settings: defaults }, iterations, level: undefined },
    { name: `${ownName}${WHOLE}`, entry: { series: runtime, settings: { ...defaults, whole: true } }, iterations, level: undefined },
    {
      name: "pytorch-mppi at its defaults, 2 threads",
      entry: { series: mppi, settings: { samples: 100, iterations: 1 } },
      iterations: 1,
      level: undefined,
    },
  ];
}

/** The least of the levels that some setting reaches; where none reaches any, the least regret there is. */
function strictest(points: readonly SweptPoint[], levels: readonly number[]): number {
  const least = Math.min(...points.map(({ regret }) => mean(regret)));
  return Math.min(...levels.filter((level) => least <= level), ...(levels.some((level) => least <= level) ? [] : [least]));
}

async function compare(
  contest: Contest,
  choices: readonly Choice[],
  problems: readonly number[],
  scale: Scale,
  elapsedS: () => number,
): Promise<Compared[]> {
  const made = choices.map(() => [] as { problem: number; judged: Judged }[]);
  const at = choices.map((choice) => ({
    ...choice.entry,
    settings: { ...choice.entry.settings, iterations: choice.iterations } as PeerSettings,
  }));
  for (const entry of at) await contest.plan(entry, problems[0]!, 1);
  let rounds = 0;
  for (let round = 0; round < scale.rounds; round++)
    for (const problem of problems) {
      if (rounds > 0 && elapsedS() > scale.compareUntilS) break;
      for (const i of turned([...at.keys()], rounds)) made[i]!.push({ problem, judged: await contest.plan(at[i]!, problem, 100 + rounds) });
      rounds++;
    }
  return choices.map(({ name, entry, iterations, level }, i) => {
    const plans = made[i]!;
    const regrets = plans.map(({ problem, judged }) => judged.cost.at(-1)! - contest.lowestOf(problem));
    const share = plans.map(({ judged }) => judged.ms.at(-1)! / (judged.rolloutMs ?? Number.NaN));
    return {
      name,
      ours: entry.series.by === "ours",
      settings: entry.settings,
      iterations,
      ...(level !== undefined && { level }),
      times: plans.map(({ judged }) => judged.ms.at(-1)!),
      ms: spread(plans.map(({ judged }) => judged.ms.at(-1)!)),
      regret: { ...spread(regrets), mean: mean(regrets) },
      breaks: mean(plans.map(({ judged }) => (judged.violation.at(-1)! > 0 ? 1 : 0))),
      ...(entry.series.by === "ours" && { overRollouts: spread(share).median }),
    };
  });
}
