import type { TaskKind, TaskState } from "../core/world.js";

/** The goal as the camera would see it; its stamp is not one of the episode's. */
export function pictureOf(kind: TaskKind, seed: number, goal: TaskState) {
  const there = kind.create({ seed, startNs: 0n });
  there.restore(goal);
  return { ...there.frame(), stampNs: 0n };
}
