import type { Command } from "../../core/command.js";
import {
  type Judgement,
  STRICT_TICKS,
  type TaskEpisode,
  type TaskState,
  type TaskWorld,
  type TaskWorldDefinition,
} from "../../core/world.js";
import { seededRandom } from "../../math/random.js";
import { VIEW_M } from "../table/table.js";
import { CONTROL_PERIOD_S, ReacherExplorer } from "./explorer.js";
import { JOINTS, ReacherWorld } from "./reacher-world.js";

const GOAL_TICKS = 25;
const REST: Command = { kind: "joint-velocities", velocitiesRps: JOINTS.map(() => 0) };
/** All joints within this, as stable-worldmodel's Reacher; half of it is the strict test. */
const TOLERANCE_RAD = 0.05;

/** Goals 25 control periods away on a drive of the explorer, as for PushT; differences from dm_control's reacher: docs/reference/worlds.md. */
export const REACHER: TaskWorldDefinition = {
  type: "task",
  robot: "reacher",
  controlPeriodS: CONTROL_PERIOD_S,
  camera: { periodS: 0.1, viewM: VIEW_M },
  budgetTicks: 50,
  errorUnit: "rad",
  create: (options) => new ReacherWorld(options),
  episode,
  judge,
  explorer: (world: TaskWorld, random) => new ReacherExplorer(world as ReacherWorld, random),
};

function judge(state: TaskState, goal: TaskState): Judgement {
  const error = Math.max(...JOINTS.map((_, joint) => Math.abs(state[joint]! - goal[joint]!)));
  return { error, benchmark: error < TOLERANCE_RAD, strict: error < TOLERANCE_RAD / 2 };
}

/** Both ends are states of rest. */
function episode(seed: number): TaskEpisode {
  for (let attempt = 0; ; attempt++) {
    const random = seededRandom(seed).fork(`episode ${attempt}`);
    const world = new ReacherWorld({ seed });
    const explore = (ticks: number): Command[] => {
      const explorer = new ReacherExplorer(world, random);
      return Array.from({ length: ticks }, (_, tick) => {
        const command = tick < ticks - STRICT_TICKS ? explorer.next() : REST;
        world.command(command);
        world.advance(BigInt(CONTROL_PERIOD_S * 1e9));
        return command;
      });
    };
    explore(10 + Math.floor(40 * random.uniform()));
    const start = world.save();
    const demonstration = explore(GOAL_TICKS);
    const goal = world.save();
    if (!judge(start, goal).benchmark) return { start, goal, demonstration };
  }
}
