import { setTimeout as sleep } from "node:timers/promises";
import { type Spread, spread } from "./choose.js";
import type { Ours } from "./ours.js";
import type { Peer } from "./peer.js";
import type { Problem } from "./problems.js";

/** One batch of rollouts, by all who can do it, in turns. */
export interface EqualWork {
  readonly samples: number;
  /** By name: milliseconds. */
  readonly times: Readonly<Record<string, Spread>>;
}

/** Rollout, readouts and cost to go of one batch of random actions. @param seconds for all of it */
export async function equalWork(
  problem: Problem,
  sizes: readonly number[],
  ours: ReadonlyMap<string, Ours>,
  peers: ReadonlyMap<number, Peer>,
  seconds: number,
): Promise<EqualWork[]> {
  const found: EqualWork[] = [];
  for (const samples of sizes) {
    const who: [string, () => Promise<number>][] = [
      ...[...ours].map(([name, one]) => [name, () => one.scoreMs(problem, samples)] as [string, () => Promise<number>]),
      ...[...peers].map(([threads, one]) => [`torch ${threads}`, () => one.scoreMs(0, samples)] as [string, () => Promise<number>]),
    ];
    const ms = new Map(who.map(([name]) => [name, [] as number[]]));
    const end = performance.now() + (1000 * seconds) / sizes.length;
    for (let round = -2; performance.now() < end || round < 3; round++)
      for (const [name, run] of who) {
        await sleep(2);
        const took = await run();
        if (round >= 0) ms.get(name)!.push(took);
      }
    found.push({ samples, times: Object.fromEntries([...ms].map(([name, times]) => [name, spread(times)])) });
  }
  return found;
}
