import type { Odometry } from "../../core/body.js";
import type { Command } from "../../core/command.js";
import type { Quantity } from "../../core/model.js";
import type { CameraFrame } from "../../core/sensors.js";
import type { TaskState, TaskWorld, WorldOptions } from "../../core/world.js";
import { seededRandom } from "../../math/random.js";
import { SteppedCommands } from "../stepped-commands.js";
import type { Contents } from "./contents.js";
import { Picture, PUSHER } from "./picture.js";
import { Pusher } from "./pusher.js";
import { PHYSICS_STEP_S, type Point, PUSHER_RADIUS_M, REACH_M } from "./table.js";

const STEP_NS = PHYSICS_STEP_S * 1e9;
const CAMERA_SIZE_PX = 64;

/** Layout of `TaskState`: pusher (x, y, vx, vy), the command in force (vx, vy, how long still), time since the last physics step, … */
const PUSHER_NUMBERS = 4;
const HEAD = 8;

/**
 * A table with a pusher and something to push, in physics steps of 10 ms; a command counts from the next step that begins. The state is plain
 * numbers, and a step is a function of them: there is nothing else to restore.
 */
export class TableWorld implements TaskWorld {
  readonly quantities: readonly Quantity[];
  private readonly cameraSizePx: number;
  private readonly commands: SteppedCommands;
  private readonly pusher = new Pusher();

  constructor(
    readonly contents: Contents,
    options: WorldOptions,
  ) {
    this.cameraSizePx = options.cameraSizePx ?? CAMERA_SIZE_PX;
    this.commands = new SteppedCommands(2, STEP_NS, Math.round((options.commandDelayS ?? 0) * 1e9), options.startNs ?? 0n);
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
    return this.commands.stampNs;
  }

  get collisions(): number {
    return this.pusher.touches;
  }

  /** Physics steps in which the pusher pressed against something that was blocked. */
  get holds(): number {
    return this.pusher.holds;
  }

  get pusherAt(): Point {
    return { xM: this.pusher.xM, yM: this.pusher.yM };
  }

  /** Turning is ignored: the pusher is round. What is not finite counts as a stop. */
  command(command: Command): void {
    this.commands.setCommand(command.kind === "twist" ? [command.vxMps, command.vyMps] : [0, 0]);
  }

  advance(durationNs: bigint): void {
    this.commands.advance(durationNs, ([vxMps = 0, vyMps = 0]) => {
      this.pusher.step(vxMps, vyMps);
      this.contents.step(this.pusher);
    });
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
    const { pusher, contents, commands } = this;
    return Float64Array.of(pusher.xM, pusher.yM, pusher.vxMps, pusher.vyMps, ...commands.head(), ...contents.numbers, ...commands.tail());
  }

  /** The clock is not reset. */
  restore(state: TaskState): void {
    const { contents } = this;
    const end = HEAD + contents.numbers.length;
    const [xM, yM, vxMps, vyMps] = state as unknown as readonly [number, number, number, number];
    this.pusher.place(xM, yM, vxMps, vyMps);
    contents.numbers.set(state.subarray(HEAD, end));
    this.commands.restore(state.subarray(PUSHER_NUMBERS, HEAD), state.subarray(end));
  }
}

/** As PushT: the pusher begins at most 200 pixels from the middle, on each axis. */
const START_REACH_M = Math.min(0.3, REACH_M);

/** Where the pusher is in a state. */
export function pusherOf(state: TaskState): Point {
  return { xM: state[0]!, yM: state[1]! };
}

/** The state of the objects on the table, `count` numbers. */
export function contentsOf(state: TaskState, count: number): Float64Array {
  return state.subarray(HEAD, HEAD + count);
}
