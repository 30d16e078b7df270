import type { JointState } from "../../core/body.js";
import type { Command } from "../../core/command.js";
import type { Quantity } from "../../core/model.js";
import type { CameraFrame } from "../../core/sensors.js";
import type { TaskState, TaskWorld, WorldOptions } from "../../core/world.js";
import { clamp } from "../../math/angle.js";
import { seededRandom } from "../../math/random.js";
import { approach } from "../../motion/lag.js";
import { SteppedCommands } from "../stepped-commands.js";
import { PUSHER as FOREARM, Picture, THING as UPPER_ARM } from "../table/picture.js";

export const JOINTS = ["shoulder", "wrist"] as const;
const LINK_M = 0.16;
const LINK_RADIUS_M = 0.02;
const HAND_RADIUS_M = 0.03;

/** dm_control's shoulder turns without end and its wrist by ±160°. Here no joint turns past its own beginning: an angle is a number. */
export const RANGE_RAD = [
  [-2.9, 2.9],
  [-2.7, 2.7],
] as const;
export const MAX_SPEED_RPS = 2;
const ACCELERATION_RPS2 = 10;
const DECELERATION_RPS2 = 12;
const TIME_CONSTANT_S = 0.05;

const STEP_S = 0.01;
const STEP_NS = STEP_S * 1e9;
const SHARE = -Math.expm1(-STEP_S / TIME_CONSTANT_S);
/** Layout of `TaskState`: two angles, two speeds; then what `SteppedCommands` keeps. */
const JOINT_NUMBERS = 4;
const HEAD = JOINT_NUMBERS + 4;
const CAMERA_SIZE_PX = 64;

/** A planar arm of two links on a table, commanded by joint velocities; seen from above. */
export class ReacherWorld implements TaskWorld {
  readonly quantities: readonly Quantity[] = JOINTS.flatMap((name) => [
    { name: `${name}.cos`, unit: "1" },
    { name: `${name}.sin`, unit: "1" },
  ]);
  collisions = 0;
  private readonly cameraSizePx: number;
  private readonly commands: SteppedCommands;
  /** shoulder and wrist [rad], their speeds [rad/s] */
  private readonly state = new Float64Array(JOINT_NUMBERS);

  constructor(options: WorldOptions) {
    this.cameraSizePx = options.cameraSizePx ?? CAMERA_SIZE_PX;
    this.commands = new SteppedCommands(2, STEP_NS, Math.round((options.commandDelayS ?? 0) * 1e9), options.startNs ?? 0n);
    const random = seededRandom(options.seed).fork("arm");
    RANGE_RAD.forEach(([low, high], joint) => {
      this.state[joint] = low + (high - low) * (0.05 + 0.9 * random.uniform());
    });
  }

  get stampNs(): bigint {
    return this.commands.stampNs;
  }

  /** Anything but a command of two joints stops the arm. */
  command(command: Command): void {
    const ours = command.kind === "joint-velocities" && command.velocitiesRps.length === JOINTS.length;
    this.commands.setCommand(ours ? command.velocitiesRps : [0, 0]);
  }

  advance(durationNs: bigint): void {
    this.commands.advance(durationNs, (commanded) => {
      for (const [joint, [low, high]] of RANGE_RAD.entries()) {
        const before = this.state[2 + joint]!;
        const wanted = clamp(commanded[joint]!, -MAX_SPEED_RPS, MAX_SPEED_RPS);
        const speed = approach(before, wanted, SHARE, ACCELERATION_RPS2 * STEP_S, DECELERATION_RPS2 * STEP_S);
        const at = this.state[joint]! + ((before + speed) / 2) * STEP_S;
        const beyond = at < low || at > high;
        // Hitting the end of its range is the touch of an arm.
        if (beyond && speed !== 0) this.collisions++;
        this.state[joint] = clamp(at, low, high);
        this.state[2 + joint] = beyond ? 0 : speed;
      }
    });
  }

  frame(sizePx = this.cameraSizePx): CameraFrame {
    const picture = new Picture(sizePx);
    const [shoulder = 0, wrist = 0] = this.state;
    const elbow = { xM: LINK_M * Math.cos(shoulder), yM: LINK_M * Math.sin(shoulder) };
    const hand = { xM: elbow.xM + LINK_M * Math.cos(shoulder + wrist), yM: elbow.yM + LINK_M * Math.sin(shoulder + wrist) };
    link(picture, { xM: 0, yM: 0 }, elbow, UPPER_ARM);
    link(picture, elbow, hand, FOREARM);
    picture.disc(hand.xM, hand.yM, HAND_RADIUS_M, FOREARM);
    picture.disc(0, 0, HAND_RADIUS_M, UPPER_ARM);
    return { stampNs: this.stampNs, width: sizePx, height: sizePx, rgb: picture.rgb };
  }

  joints(): JointState {
    const [shoulder = 0, wrist = 0, shoulderRps = 0, wristRps = 0] = this.state;
    return { stampNs: this.stampNs, positionsRad: [shoulder, wrist], velocitiesRps: [shoulderRps, wristRps] };
  }

  truth(): readonly number[] {
    return JOINTS.flatMap((_, joint) => [Math.cos(this.state[joint]!), Math.sin(this.state[joint]!)]);
  }

  save(): TaskState {
    return Float64Array.of(...this.state, ...this.commands.head(), ...this.commands.tail());
  }

  restore(state: TaskState): void {
    this.state.set(state.subarray(0, JOINT_NUMBERS));
    this.commands.restore(state.subarray(JOINT_NUMBERS, HEAD), state.subarray(HEAD));
  }
}

/** A bar with a round end at each joint. */
function link(
  picture: Picture,
  from: { readonly xM: number; readonly yM: number },
  to: { readonly xM: number; readonly yM: number },
  colour: typeof FOREARM,
): void {
  const along = Math.hypot(to.xM - from.xM, to.yM - from.yM);
  const [nx, ny] = [(-(to.yM - from.yM) * LINK_RADIUS_M) / along, ((to.xM - from.xM) * LINK_RADIUS_M) / along];
  picture.polygon([from.xM + nx, from.yM + ny, to.xM + nx, to.yM + ny, to.xM - nx, to.yM - ny, from.xM - nx, from.yM - ny], colour);
  picture.disc(from.xM, from.yM, LINK_RADIUS_M, colour);
  picture.disc(to.xM, to.yM, LINK_RADIUS_M, colour);
}
