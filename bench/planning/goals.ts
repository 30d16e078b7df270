import { ratio, type Spread } from "./choose.js";
import type { EqualWork } from "./equal-work.js";
import type { Floor } from "./floor.js";
import type { Compared } from "./measure.js";

/** How those plans are called that goals ask for. */
export const SAME_CEM = "rehearse, the same CEM as published, float32, 2 threads";
export const WHOLE = ", guardrails and effort too";

export interface Goal {
  readonly name: string;
  /** At least so much. */
  readonly wanted: number;
  /** NaN: could not be measured, since nobody planned so well. */
  readonly found: number;
  readonly reached: boolean;
}

export interface Findings {
  /** Regret of CEM as published, metres. */
  readonly target: number;
  readonly compared: readonly Compared[];
  readonly equalWork: readonly EqualWork[];
  readonly floors: readonly Floor[];
  readonly flops: number;
  readonly horizon: number;
}

/** What share of the time of a rollout its products alone would take, at the speed of the fastest library. @param arithmetic as in `EqualWork.times` */
export function shareOfFloor(
  { equalWork, floors, flops, horizon }: Findings,
  arithmetic: string,
  threads: number,
): { samples: number; share: number }[] {
  const floor = floors.find((one) => one.threads === threads)!;
  return equalWork.map(({ samples, times }) => {
    const gflops = Math.max(floor.large.gflops, floor.own[samples]!.gflops);
    const leastMs = (flops * samples * horizon) / (gflops * 1e6);
    return { samples, share: leastMs / (times[`${arithmetic} ${threads}`]?.median ?? Number.NaN) };
  });
}

/** What was set out to be reached, and what was. */
export function goalsOf(found: Findings): { ratios: Record<string, Spread>; goals: Goal[] } {
  const { compared, equalWork, target } = found;
  const fastestOf = (which: (one: Compared) => boolean) =>
    compared.filter(which).reduce<Compared | undefined>((a, b) => (a === undefined || b.ms.median < a.ms.median ? b : a), undefined);
  const startsWith = (start: string) => (one: Compared) => one.name.startsWith(start);
  const published = compared.find(startsWith("torch-cem as published"));
  const ratios: Record<string, Spread> = {};
  const compareAt = (level: number, other: string, theirs: Compared | undefined) => {
    const mine: [string, (one: Compared) => boolean][] = [
      ["fastest", () => true],
      ["float32, 2 threads", ({ name }) => name.endsWith("float32, 2 threads")],
      ["1 thread", ({ name }) => name.endsWith("1 thread")],
    ];
    for (const [side, which] of mine) {
      const ours = fastestOf((one) => one.ours && one.level === level && which(one));
      if (ours !== undefined && theirs !== undefined) ratios[`${other} / rehearse ${side}`] = ratio(theirs.times, ours.times);
    }
  };
  compareAt(target, "torch-cem as published", published);
  for (const [start, name] of [
    ["torch-cem,", "torch-cem tuned"],
    ["pytorch-mppi,", "pytorch-mppi tuned"],
    ["swm-", "stable-worldmodel tuned"],
  ] as const) {
    const family = compared.filter((one) => startsWith(start)(one) && one.level !== undefined);
    const level = Math.min(...family.map((one) => one.level!));
    compareAt(
      level,
      name,
      fastestOf((one) => family.includes(one) && one.level === level),
    );
  }

  const goal = (name: string, wanted: number, value: number): Goal => ({ name, wanted, found: value, reached: value >= wanted });
  const least = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.min(...values));
  const alike = (threads: number) =>
    least(equalWork.map(({ times }) => times[`torch ${threads}`]!.median / times[`float32 ${threads}`]!.median));
  const same = compared.find((one) => one.name === SAME_CEM);
  const runtime = compared.find((one) => one.name.endsWith(WHOLE));
  const over = (name: string) => ratios[name]?.median ?? Number.NaN;
  return {
    ratios,
    goals: [
      goal("same rollouts, float32, 2 threads: times faster than PyTorch, at least", 1, alike(2)),
      goal("same rollouts, float32, 1 thread: times faster than PyTorch, at least", 1, alike(1)),
      goal(
        "same CEM, 300 × 30, float32, 2 threads: times faster",
        1,
        same && published ? ratio(published.times, same.times).median : Number.NaN,
      ),
      goal(
        "rollout, float32, 2 threads: share of the floor, least of all sizes",
        0.8,
        least(shareOfFloor(found, "float32", 2).map(({ share }) => share)),
      ),
      goal(
        "rollout, float32, 1 thread: share of the floor, least of all sizes",
        0.8,
        least(shareOfFloor(found, "float32", 1).map(({ share }) => share)),
      ),
      goal("rollouts' share of a whole plan at the defaults, guardrails included", 1 / 1.1, 1 / (runtime?.overRollouts ?? Number.NaN)),
      goal("equal quality: times faster than CEM as published", 5, over("torch-cem as published / rehearse fastest")),
      goal("equal quality: times faster than that CEM tuned", 3, over("torch-cem tuned / rehearse fastest")),
      goal("equal quality: times faster than pytorch-mppi tuned", 3, over("pytorch-mppi tuned / rehearse fastest")),
    ],
  };
}
