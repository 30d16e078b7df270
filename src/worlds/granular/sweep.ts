import { type Command, STOP_TWIST } from "../../core/command.js";
import type { Judgement, TaskEpisode, TaskState, TaskWorld, TaskWorldDefinition } from "../../core/world.js";
import { STRICT_TICKS } from "../../core/world.js";
import { clamp, wrapAngle } from "../../math/angle.js";
import { CONTROL_PERIOD_S, PUSHER_RADIUS_M } from "../table/table.js";
import { contentsOf, pusherOf } from "../table/table-world.js";
import { GRANULAR } from "./definition.js";
import { GRAIN_NUMBERS, GRAIN_RADIUS_M, GRAINS } from "./grains.js";

/** Half the side of the square in the middle of the table. */
const HALF_M = 0.13;
/** Fraction of the grains inside at the start: from anywhere, one disc would need minutes. */
const LEAST_INSIDE = 0.5;
const TICK_NS = BigInt(CONTROL_PERIOD_S * 1e9);

/** The grains of `granular`, to be swept into a square in the middle of the table; where in it is all the same. */
export const GRANULAR_SWEEP: TaskWorldDefinition = {
  ...GRANULAR,
  budgetTicks: 200,
  episode,
  judge,
};

/** Customary: 90 % of the grains lie inside. Strict: all of them. Error: how far they are outside, on average over all. */
function judge(state: TaskState): Judgement {
  const grains = contentsOf(state, GRAIN_NUMBERS);
  let sumM = 0;
  for (let i = 0; i < grains.length; i += 2) sumM += outside(grains[i]!, grains[i + 1]!);
  const inside = insideOf(state);
  return { error: (1000 * sumM) / GRAINS, benchmark: inside >= 0.9 * GRAINS, strict: inside === GRAINS };
}

function insideOf(state: TaskState): number {
  const grains = contentsOf(state, GRAIN_NUMBERS);
  let inside = 0;
  for (let i = 0; i < grains.length; i += 2) if (outside(grains[i]!, grains[i + 1]!) === 0) inside++;
  return inside;
}

/** From a seed on the first world that the sweeper can clear; what it made of it is the goal. */
function episode(seed: number): TaskEpisode {
  for (let attempt = 0; ; attempt++) {
    const world = GRANULAR.create({ seed: seed + attempt * SEEDS_APART });
    const start = world.save();
    const fraction = insideOf(start) / GRAINS;
    if (fraction < LEAST_INSIDE || judge(start).benchmark) continue;
    const sweeper = new Sweeper(world);
    const demonstration: Command[] = [];
    while (demonstration.length < GRANULAR_SWEEP.budgetTicks - STRICT_TICKS && !judge(world.save()).strict) {
      const command = sweeper.next();
      demonstration.push(command);
      world.command(command);
      world.advance(TICK_NS);
    }
    for (let i = 0; i < STRICT_TICKS; i++) {
      demonstration.push(STOP_TWIST);
      world.command(STOP_TWIST);
      world.advance(TICK_NS);
    }
    const goal = world.save();
    if (judge(goal).strict) return { start, goal, demonstration };
  }
}

/** Beyond the seeds of evaluation and of training. */
const SEEDS_APART = 1_000_000;

const SPEED_MPS = 0.4;
const MAX_GAIN_MPS = 2.9 * CONTROL_PERIOD_S;
/** From the middle of a grain to the middle of the pusher behind it, with room to spare. */
const BEHIND_M = PUSHER_RADIUS_M + GRAIN_RADIUS_M + 0.012;

/** Goes around the grains to behind the one that lies farthest out, pushes it straight in, goes out again; and so on. */
class Sweeper {
  private target = -1;
  private last: readonly [number, number] = [0, 0];

  constructor(private readonly world: TaskWorld) {}

  next(): Command {
    const [x, y] = this.wanted();
    const within = (wanted: number, last: number) => clamp(wanted, Math.min(last, 0) - MAX_GAIN_MPS, Math.max(last, 0) + MAX_GAIN_MPS);
    this.last = [within(x, this.last[0]), within(y, this.last[1])];
    return { ...STOP_TWIST, vxMps: this.last[0], vyMps: this.last[1] };
  }

  private wanted(): readonly [number, number] {
    const state = this.world.save();
    const grains = contentsOf(state, GRAIN_NUMBERS);
    if (this.target < 0 || outside(grains[this.target]!, grains[this.target + 1]!) === 0) this.target = farthest(grains);
    const pusher = pusherOf(state);
    const [x, y] = [grains[this.target]!, grains[this.target + 1]!];
    const radiusM = Math.hypot(pusher.xM, pusher.yM);
    const angleRad = Math.atan2(pusher.yM, pusher.xM);
    const aside = wrapAngle(Math.atan2(y, x) - angleRad);
    const behindM = Math.hypot(x, y) + BEHIND_M;
    const [outX, outY] = [Math.cos(angleRad), Math.sin(angleRad)];
    // In: towards the middle, and along the arc as far as the grain is aside.
    if (Math.abs(aside) * radiusM < 0.01 && radiusM > Math.hypot(x, y)) {
      const along = 4 * aside * radiusM;
      return [-SPEED_MPS * outX - along * outY, -SPEED_MPS * outY + along * outX];
    }
    const out = clamp(6 * (behindM - radiusM), -SPEED_MPS, SPEED_MPS);
    // Out first, then around.
    const around = radiusM > behindM - 0.02 ? clamp(5 * aside * radiusM, -SPEED_MPS, SPEED_MPS) : 0;
    return [out * outX - around * outY, out * outY + around * outX];
  }
}

function farthest(grains: ArrayLike<number>): number {
  let most = 0;
  let mostM = -1;
  for (let i = 0; i < grains.length; i += 2) {
    const outM = outside(grains[i]!, grains[i + 1]!);
    if (outM > mostM) [most, mostM] = [i, outM];
  }
  return most;
}

/** From the square to a point outside of it, metres; 0: it is inside. */
function outside(xM: number, yM: number): number {
  return Math.hypot(Math.max(0, Math.abs(xM) - HALF_M), Math.max(0, Math.abs(yM) - HALF_M));
}
