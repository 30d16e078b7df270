import type { Judgement, TaskState } from "../../core/world.js";
import { chamfer } from "../table/chamfer.js";
import { tableWorldDefinition } from "../table/definition.js";
import { contentsOf } from "../table/table-world.js";
import { ROPE_NUMBERS, Rope } from "./rope.js";

/** A rope to be laid as a picture shows; after DINO-WM's rope, differences: docs/reference/worlds.md. */
export const ROPE = tableWorldDefinition({
  contents: () => new Rope(),
  errorUnit: "mm",
  ticks: 25,
  judge,
  worthwhile: (start, goal) => judge(start, goal).error >= 2 * BENCHMARK_MM,
});

/** On average a point of the rope then lies within a quarter of the rope's thickness of the goal's, and vice versa. */
const BENCHMARK_MM = 9;
const STRICT_MM = 6;

/** By the chamfer distance of the points along the rope; where the pusher is does not matter. */
function judge(state: TaskState, goal: TaskState): Judgement {
  const error = 1000 * chamfer(contentsOf(state, ROPE_NUMBERS), contentsOf(goal, ROPE_NUMBERS));
  return { error, benchmark: error < BENCHMARK_MM, strict: error < STRICT_MM };
}
