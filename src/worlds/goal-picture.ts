import type { TaskState, TaskWorldDefinition } from "../core/world.js";

/** The goal as the camera would see it; its stamp is not one of the episode's. */
export function pictureOf(definition: TaskWorldDefinition, seed: number, goal: TaskState) {
  const there = definition.create({ seed, startNs: 0n });
  there.restore(goal);
  return { ...there.frame(), stampNs: 0n };
}
