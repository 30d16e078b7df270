import { type Command, STOP_TWIST } from "../../core/command.js";
import { type Judgement, STRICT_TICKS, type TaskEpisode, type TaskState } from "../../core/world.js";
import { seededRandom } from "../../math/random.js";
import { TableExplorer } from "./explorer.js";
import { CONTROL_PERIOD_S } from "./table.js";
import type { TableWorld } from "./table-world.js";

const TICK_NS = BigInt(CONTROL_PERIOD_S * 1e9);
const STAND: readonly Command[] = Array.from({ length: STRICT_TICKS }, () => STOP_TWIST);

export interface TrajectoryTask {
  readonly create: (seed: number) => TableWorld;
  /** From start to goal. */
  readonly ticks: number;
  readonly judge: (state: TaskState, goal: TaskState) => Judgement;
  /** Whether enough happens between the two. */
  readonly worthwhile: (start: TaskState, goal: TaskState) => boolean;
}

/**
 * Start and goal from one exploration of the world of that seed, `ticks` control periods apart, such that the start does not pass for the goal. Both
 * are states of rest: before each the explorer stands still for as long as a goal must be held, so that this one can be. In between the pusher is
 * never held back, which a guard would take for a fault and stop.
 */
export function trajectoryEpisode({ create, ticks, judge, worthwhile }: TrajectoryTask, seed: number): TaskEpisode {
  for (let attempt = 0; ; attempt++) {
    const random = seededRandom(seed).fork(`episode ${attempt}`);
    const world = create(seed);
    explore(world, new TableExplorer(world, random), 10 + Math.floor(90 * random.uniform()));
    const start = world.save();
    const { holds } = world;
    const demonstration = explore(world, new TableExplorer(world, random), ticks - STAND.length);
    const goal = world.save();
    if (world.holds === holds && !judge(start, goal).benchmark && worthwhile(start, goal)) return { start, goal, demonstration };
  }
}

/** @returns the commands, those of standing still at the end included */
function explore(world: TableWorld, explorer: TableExplorer, ticks: number): Command[] {
  const commands: Command[] = [];
  for (let tick = 0; tick < ticks + STAND.length; tick++) {
    const command = tick < ticks ? explorer.next() : STAND[tick - ticks]!;
    world.command(command);
    world.advance(TICK_NS);
    commands.push(command);
  }
  return commands;
}
