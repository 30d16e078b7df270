import type { Odometry } from "../../core/body.js";
import type { Command } from "../../core/command.js";
import type { Quantity } from "../../core/model.js";
import type { CameraFrame } from "../../core/sensors.js";
import type { TaskState, TaskWorld, WorldOptions } from "../../core/world.js";
import { seededRandom } from "../../math/random.js";
import type { Contents } from "./contents.js";
import { Picture, PUSHER } from "./picture.js";
import { Pusher } from "./pusher.js";
import { PHYSICS_STEP_S, type Point, PUSHER_RADIUS_M, REACH_M } from "./table.js";

const STEP_NS = PHYSICS_STEP_S * 1e9;
const COMMAND_LIFE_NS = 500_000_000;
const CAMERA_SIZE_PX = 64;

/** Of `TaskState`: pusher (x, y, vx, vy), the command in force (vx, vy, how long still), time since the last physics step, … */
const HEAD = 8;

interface Waiting {
  readonly vxMps: number;
  readonly vyMps: number;
  readonly actsNs: number;
}

/**
 * A table with a pusher and something to push, in physics steps of 10 ms; a command counts from the next step that begins. The state is plain
 * numbers, and a step is a function of them: there is nothing else to restore.
 */
export class TableWorld implements TaskWorld {
  readonly quantities: readonly Quantity[];
  private readonly startNs: bigint;
  private readonly cameraSizePx: number;
  private readonly delayNs: number;
  private readonly pusher = new Pusher();
  private elapsedNs = 0;
  private steppedNs = 0;
  private commandX = 0;
  private commandY = 0;
  private commandEndNs = 0;
  private waiting: Waiting[] = [];

  constructor(
    readonly contents: Contents,
    options: WorldOptions,
  ) {
    this.startNs = options.startNs ?? 0n;
    this.cameraSizePx = options.cameraSizePx ?? CAMERA_SIZE_PX;
    this.delayNs = Math.round((options.commandDelayS ?? 0) * 1e9);
    this.quantities = [{ name: "agent.x", unit: "m" }, { name: "agent.y", unit: "m" }, ...contents.quantities];
    const random = seededRandom(options.seed).fork("table");
    contents.scatter(random);
    let xM: number;
    let yM: number;
    do {
      xM = START_REACH_M * (2 * random.uniform() - 1);
      yM = START_REACH_M * (2 * random.uniform() - 1);
    } while (contents.covers(xM, yM));
    this.pusher.place(xM, yM);
  }

  get stampNs(): bigint {
    return this.startNs + BigInt(this.elapsedNs);
  }

  get collisions(): number {
    return this.pusher.touches;
  }

  /** Physics steps in which the pusher pressed against what could not give way. */
  get holds(): number {
    return this.pusher.holds;
  }

  get pusherAt(): Point {
    return { xM: this.pusher.xM, yM: this.pusher.yM };
  }

  /** Turning is ignored: the pusher is round. What is not finite counts as a stop. */
  command(command: Command): void {
    const { vxMps, vyMps } = command.kind === "twist" ? command : { vxMps: 0, vyMps: 0 };
    const finite = Number.isFinite(vxMps) && Number.isFinite(vyMps);
    this.waiting.push({ vxMps: finite ? vxMps : 0, vyMps: finite ? vyMps : 0, actsNs: this.elapsedNs + this.delayNs });
  }

  advance(durationNs: bigint): void {
    if (durationNs < 0n) throw new RangeError(`time does not go back: advance(${durationNs})`);
    const endNs = this.elapsedNs + Number(durationNs);
    while (this.steppedNs + STEP_NS <= endNs) {
      this.obey();
      const live = this.steppedNs < this.commandEndNs;
      this.pusher.step(live ? this.commandX : 0, live ? this.commandY : 0);
      this.contents.step(this.pusher);
      this.steppedNs += STEP_NS;
    }
    this.elapsedNs = endNs;
  }

  frame(sizePx = this.cameraSizePx): CameraFrame {
    const picture = new Picture(sizePx);
    this.contents.draw(picture);
    picture.disc(this.pusher.xM, this.pusher.yM, PUSHER_RADIUS_M, PUSHER);
    return { stampNs: this.stampNs, width: sizePx, height: sizePx, rgb: picture.rgb };
  }

  odometry(): Odometry {
    const { xM, yM, vxMps, vyMps } = this.pusher;
    return { stampNs: this.stampNs, odomFromBase: { xM, yM, yawRad: 0 }, twistInBase: { vxMps, vyMps, yawRateRps: 0 } };
  }

  truth(): readonly number[] {
    return [this.pusher.xM, this.pusher.yM, ...this.contents.truth()];
  }

  save(): TaskState {
    const { pusher, contents, elapsedNs, steppedNs, waiting } = this;
    const lifeNs = Math.max(0, this.commandEndNs - steppedNs);
    return Float64Array.of(
      ...[pusher.xM, pusher.yM, pusher.vxMps, pusher.vyMps],
      ...[this.commandX, this.commandY, lifeNs, elapsedNs - steppedNs],
      ...contents.numbers,
      ...waiting.flatMap(({ vxMps, vyMps, actsNs }) => [vxMps, vyMps, actsNs - elapsedNs]),
    );
  }

  /** Time goes on from where it is. */
  restore(state: TaskState): void {
    const { contents, elapsedNs } = this;
    const end = HEAD + contents.numbers.length;
    const [xM, yM, vxMps, vyMps, commandX, commandY, lifeNs, sinceNs] = state as unknown as readonly [number, number, ...number[]];
    this.pusher.place(xM, yM, vxMps, vyMps);
    this.steppedNs = elapsedNs - sinceNs!;
    this.commandX = commandX!;
    this.commandY = commandY!;
    this.commandEndNs = this.steppedNs + lifeNs!;
    contents.numbers.set(state.subarray(HEAD, end));
    this.waiting = [];
    for (let at = end; at < state.length; at += 3) {
      this.waiting.push({ vxMps: state[at]!, vyMps: state[at + 1]!, actsNs: elapsedNs + state[at + 2]! });
    }
  }

  /** Takes up the commands whose time had come when the step begins: however `advance` is split, the same ones. */
  private obey(): void {
    for (let next = this.waiting[0]; next !== undefined && next.actsNs <= this.steppedNs; next = this.waiting[0]) {
      this.commandX = next.vxMps;
      this.commandY = next.vyMps;
      this.commandEndNs = next.actsNs + COMMAND_LIFE_NS;
      this.waiting.shift();
    }
  }
}

/** As PushT: the pusher begins at most 200 pixels from the middle, on each axis. */
const START_REACH_M = Math.min(0.3, REACH_M);

/** Where the pusher is in a state. */
export function pusherOf(state: TaskState): Point {
  return { xM: state[0]!, yM: state[1]! };
}

/** The numbers of what lies on the table, `count` of them. */
export function contentsOf(state: TaskState, count: number): Float64Array {
  return state.subarray(HEAD, HEAD + count);
}
