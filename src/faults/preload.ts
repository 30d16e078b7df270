import { BroadcastChannel, isMainThread } from "node:worker_threads";

/**
 * Loaded by the campaign, with Node's `--import`, into the processes that it starts to ill-treat, and into the planner thread of a controller;
 * but for tests nothing else loads it. Carries out the campaign's orders, which come over the channel between parent and child.
 */
export interface Order {
  readonly thread: "main" | "planner";
  /** `block`: take no events for so long. `end`: end the planner thread. */
  readonly act: "block" | "end";
  readonly forMs?: number;
}

const toPlanner = new BroadcastChannel("faults");

if (isMainThread) {
  process.on("message", (order: Order) => (order.thread === "main" ? carryOut(order) : toPlanner.postMessage(order)));
  process.channel?.unref();
} else {
  toPlanner.onmessage = (event) => carryOut((event as { data: Order }).data);
}
toPlanner.unref();

function carryOut({ act, forMs = 0 }: Order): void {
  if (act === "end" && !isMainThread) process.exit(1); // in a thread, it ends this one alone
  const untilNs = process.hrtime.bigint() + BigInt(forMs) * 1_000_000n;
  while (act === "block" && process.hrtime.bigint() < untilNs);
}
