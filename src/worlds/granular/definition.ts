import type { Judgement, TaskState } from "../../core/world.js";
import { chamfer } from "../table/chamfer.js";
import { tableWorldDefinition } from "../table/definition.js";
import { contentsOf } from "../table/table-world.js";
import { GRAIN_NUMBERS, GRAIN_RADIUS_M, Grains } from "./grains.js";

/** Grains to be pushed into a heap that a picture shows; after DINO-WM's granular, differences: docs/reference/worlds.md. */
export const GRANULAR = tableWorldDefinition({
  contents: () => new Grains(),
  errorUnit: "mm",
  ticks: 50,
  judge,
  worthwhile: (start, goal) => judge(start, goal).error >= 2 * BENCHMARK_MM,
});

/** On average a grain then lies within half its radius of where the goal has one. */
const BENCHMARK_MM = GRAIN_RADIUS_M * 1000;
const STRICT_MM = BENCHMARK_MM * 0.7;

/** By the chamfer distance of the grains; where the pusher is does not matter. */
function judge(state: TaskState, goal: TaskState): Judgement {
  const error = 1000 * chamfer(contentsOf(state, GRAIN_NUMBERS), contentsOf(goal, GRAIN_NUMBERS));
  return { error, benchmark: error < BENCHMARK_MM, strict: error < STRICT_MM };
}
