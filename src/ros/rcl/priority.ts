import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { RclLogger } from "./rclnodejs.js";

/** Real-time priority for all threads of this process. @returns why not, in one line; undefined: it was granted */
export type AskForRealTime = (priority: number) => string | undefined;

/**
 * Before everything ordinary, after drivers of bases, which need the processor to obey. The standby comes before the guard: a guard that never lets go of the
 * processor must not keep it from braking.
 */
const REAL_TIME_PRIORITY = { guard: 10, standby: 11 } as const;
/** Where real time is refused. On a machine whose processors are all busy (with planning, say) this is the difference between 5 ms of jitter and 0.04 ms. */
const NICENESS = -10;
/** SCHED_FIFO, as the kernel writes it. */
const FIFO = 1;

/**
 * Has this process run before other processes of the machine, as far as the system allows it, and says in one line what that was. Call it when the middleware's
 * threads are there; later ones take after the thread that starts them.
 */
export function raisePriority(who: keyof typeof REAL_TIME_PRIORITY, log: Pick<RclLogger, "info">, ask: AskForRealTime): void {
  const priority = REAL_TIME_PRIORITY[who];
  const refusal = ask(priority) ?? leftOut();
  if (refusal === undefined) log.info(`runs at real-time priority ${priority} (SCHED_FIFO)`);
  else
    log.info(
      `runs at ${setNiceness() ? `niceness ${NICENESS}` : "ordinary priority"}; real time was refused (${refusal}): systemd's LimitRTPRIO=${priority} allows it`,
    );
}

/** Granted is what the kernel says. */
function leftOut(): string | undefined {
  const count = threads().filter((thread) => policyOf(thread) !== FIFO).length;
  return count === 0 ? undefined : `${count} threads were left out`;
}

function setNiceness(): boolean {
  try {
    // Linux gives each thread a priority of its own.
    for (const thread of threads()) setPriority(thread, NICENESS);
    return true;
  } catch {
    return false;
  }
}

function threads(): number[] {
  return readdirSync("/proc/self/task").map(Number);
}

/** The 41st field of proc(5); the second one, the name, may hold anything. A thread that has just ended has none. */
function policyOf(thread: number): number {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[41 - 3]);
  } catch {
    return FIFO;
  }
}
