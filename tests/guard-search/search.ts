import type { Random } from "../../src/core/random.js";
import { axesOf } from "../../src/guardrails/axes.js";
import { seededRandom } from "../../src/math/random.js";
import { type Attack, type Outcome, play } from "./episode.js";
import { SUBJECTS } from "./subjects.js";

const SEGMENTS = 15;
const GENERATIONS = 4;
const POPULATION = 8;
const ELITE = 3;

export interface Counterexample {
  readonly subject: string;
  readonly seed: number;
  readonly moves: boolean;
  readonly attack: Attack;
  readonly broken: readonly string[];
}

export interface SearchReport {
  readonly cases: number;
  readonly episodes: number;
  /** Ticks by actuation and verdict or rule. */
  readonly counts: Readonly<Record<string, number>>;
  /** Least room that any attack left, by actuation: metres or radians. */
  readonly leastRoom: Readonly<Record<string, number>>;
  readonly counterexamples: readonly Counterexample[];
}

/** @param cases judged commands, at least, shared among the three actuations */
export function searchGuard(cases: number, seed: number, subjects: readonly string[] = Object.keys(SUBJECTS)): SearchReport {
  const counts: Record<string, number> = {};
  const leastRoom: Record<string, number> = {};
  const counterexamples: Counterexample[] = [];
  let [judged, episodes] = [0, 0];
  for (let round = 0; judged < cases; round++) {
    const subject = subjects[round % subjects.length]!;
    // Every third scene of a base has something in it that moves.
    const moves = Math.floor(round / subjects.length) % 3 === 2;
    const sceneSeed = 1_000_000 * seed + round;
    attackScene(subject, sceneSeed, moves, (attack, outcome) => {
      episodes++;
      judged += outcome.ticks;
      for (const [what, n] of Object.entries(outcome.counts)) counts[`${subject}: ${what}`] = (counts[`${subject}: ${what}`] ?? 0) + n;
      const where = moves ? `${subject}, moving` : subject;
      leastRoom[where] = Math.min(leastRoom[where] ?? Number.POSITIVE_INFINITY, outcome.roomLeft);
      if (outcome.broken.length > 0) counterexamples.push({ subject, seed: sceneSeed, moves, attack, broken: outcome.broken });
    });
  }
  return { cases: judged, episodes, counts, leastRoom, counterexamples: counterexamples.slice(0, 5).map(shrunk) };
}

/** Cross-entropy search for the commands that leave the least room; most of a population starts at full speed into somewhere. */
function attackScene(subject: string, seed: number, moves: boolean, on: (attack: Attack, outcome: Outcome) => void): void {
  const random = seededRandom(seed).fork("adversary");
  const size = axesOf(SUBJECTS[subject]!.robot).length + 1;
  let mean = Array.from({ length: SEGMENTS }, () => Array.from({ length: size }, () => 0.5 * random.normal()));
  let spread = 1;
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const tried = Array.from({ length: POPULATION }, () => {
      const attack = mean.map((segment) => segment.map((gene, i) => wild(gene + spread * random.normal(), i, random)));
      const outcome = replay({ subject, seed, moves, attack });
      on(attack, outcome);
      return { attack, outcome };
    });
    const elite = tried.sort((a, b) => a.outcome.roomLeft - b.outcome.roomLeft).slice(0, ELITE);
    mean = mean.map((segment, k) => segment.map((_, i) => elite.reduce((sum, { attack }) => sum + finite(attack[k]![i]!), 0) / ELITE));
    spread *= 0.6;
  }
}

/** Now and then what no sane controller would say. */
function wild(gene: number, _axis: number, random: Random): number {
  const chance = random.uniform();
  if (chance < 0.004) return Number.NaN;
  if (chance < 0.008) return 1e9 * random.normal();
  return gene;
}

function finite(gene: number): number {
  return Number.isFinite(gene) ? Math.max(-3, Math.min(3, gene)) : 0;
}

export function replay({ subject, seed, moves, attack }: Omit<Counterexample, "broken">): Outcome {
  return play(SUBJECTS[subject]!, attack, seededRandom(seed), moves);
}

/** The same fault with as few segments, and as many zeros and round numbers, as it takes. */
function shrunk(found: Counterexample): Counterexample {
  let attack = found.attack;
  const fails = (candidate: Attack) => replay({ ...found, attack: candidate }).broken.some((what) => found.broken.includes(what));
  while (attack.length > 1 && fails(attack.slice(0, -1))) attack = attack.slice(0, -1);
  for (let k = 0; k < attack.length; k++) {
    for (let i = 0; i < attack[k]!.length; i++) {
      for (const simpler of [0, 1, -1, Math.round(10 * attack[k]![i]!) / 10]) {
        const candidate = attack.map((segment, s) => (s === k ? segment.map((gene, g) => (g === i ? simpler : gene)) : segment));
        if (!fails(candidate)) continue;
        attack = candidate;
        break;
      }
    }
  }
  return { ...found, attack, broken: replay({ ...found, attack }).broken };
}
