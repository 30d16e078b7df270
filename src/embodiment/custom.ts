import { createRequire } from "node:module";
import type { Twist2 } from "../core/body.js";
import type { CustomBody, Embodiment, OwnNumber } from "../core/embodiment.js";
import { RehearseError } from "../core/error.js";
import type { RobotDescription } from "../core/robot-description.js";
import { velocityAfter } from "../motion/lag.js";
import { base, twistAxes } from "./base.js";
import { CheckedMover, contractError } from "./checked-mover.js";

const OWN_KEY = /^[a-z][a-z0-9_]*$/;

/** What a body's module is handed, since `import … from "rehearse"` finds nothing from a file elsewhere: frozen, since it runs in the guard. */
const BODY_API = Object.freeze({
  /** A speed `durationS` later under one constant command, by the lag and the limits of the robot file; m/s. @param axis 0: forward, 1: sideways */
  speedAfter(robot: RobotDescription, axis: 0 | 1, speedMps: number, commandMps: number, durationS: number): number {
    return after(robot, axis, speedMps, commandMps, durationS);
  },
  /** The same of the yaw rate, rad/s. */
  yawRateAfter(robot: RobotDescription, yawRateRps: number, commandRps: number, durationS: number): number {
    return after(robot, 2, yawRateRps, commandRps, durationS);
  },
});
export type BodyApi = typeof BODY_API;

function after(robot: RobotDescription, axis: 0 | 1 | 2, velocity: number, command: number, durationS: number): number {
  const { accelerationPerS2, decelerationPerS2 } = twistAxes(robot)[axis];
  return velocityAfter(velocity, command, durationS, { timeConstantS: robot.response.timeConstantS, accelerationPerS2, decelerationPerS2 });
}

const loaded = new Map<string, Embodiment>();

/** Whether `drive` in a robot file names a module: names of embodiments have neither slash nor ending. */
export function isBodyModule(drive: string): boolean {
  return /[/\\]|\.m?js$/.test(drive);
}

/**
 * The body that a robot file names by its module: `drive: ./my-body.mjs`, an ES module with `export default (rehearse) => body`. It says how a base moves;
 * commands, limits, topics and what is measured stay those of every base, and its motion is believed only as far as `CheckedMover` goes. Loaded at once,
 * without waiting, where it is first asked for: in every process and thread. Throws RH-EMBODIMENT-LOAD, RH-EMBODIMENT-SHAPE.
 * @param path absolute
 */
export function customEmbodiment(path: string): Embodiment {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const embodiment = embodimentFrom(checked(bodyOf(path), path), path);
  loaded.set(path, embodiment);
  return embodiment;
}

function bodyOf(path: string): unknown {
  try {
    const { default: make } = createRequire(path)(path) as { readonly default?: unknown };
    return typeof make === "function" ? make(BODY_API) : make;
  } catch (cause) {
    throw new RehearseError(
      "RH-EMBODIMENT-LOAD",
      `the body ${path} can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      "without it nothing drives: correct the module, or name one of the embodiments in the robot file",
      { cause, details: { path } },
    );
  }
}

function checked(exported: unknown, path: string): CustomBody {
  const { velocityAfter: moves, sideways, ownNumbers = {}, atSpeed, feasible } = (exported ?? {}) as Partial<CustomBody>;
  const fault = (what: string) =>
    new RehearseError("RH-EMBODIMENT-SHAPE", `${path} ${what}`, "compare with examples/skid-steer.mjs", { details: { path, what } });
  if (exported instanceof Promise) throw fault("waits: a body has to be there at once");
  if (typeof moves !== "function")
    throw fault("gives no body: its default export is a function that gives an object with `velocityAfter(robot)`");
  for (const [name, value] of Object.entries({ atSpeed, feasible }))
    if (value !== undefined && typeof value !== "function") throw fault(`has ${name}, which is no function`);
  if (sideways !== undefined && typeof sideways !== "boolean")
    throw fault("says whether it goes sideways by something else than true or false");
  if (typeof ownNumbers !== "object") throw fault("has ownNumbers that are no map");
  for (const [key, bounds] of Object.entries(ownNumbers)) {
    if (!OWN_KEY.test(key)) throw fault(`has the own number ${JSON.stringify(key)}: keys are like track_width_m, unit last`);
    const { unit, min, max } = bounds ?? {};
    if (typeof unit !== "string" || !Number.isFinite(min) || !Number.isFinite(max) || min < 0 || !(min < max))
      throw fault(`has the own number ${key} without a unit, and bounds from 0 on, { unit, min, max }`);
  }
  return exported as CustomBody;
}

function embodimentFrom(body: CustomBody, path: string): Embodiment {
  // What a module does to its own object later changes nothing.
  const sideways = body.sideways === true;
  const own = Object.entries(body.ownNumbers ?? {}).map(([key, { unit, min, max }]) => [key, Object.freeze({ unit, min, max })] as const);
  const ownNumbers: Readonly<Record<string, OwnNumber>> = Object.freeze({
    ...(sideways && { "limits.sideways_mps": { unit: "m/s", min: 0, max: 1 } }),
    ...Object.fromEntries(own),
  });
  const [velocitiesOf, atSpeed, feasible] = [body.velocityAfter.bind(body), body.atSpeed?.bind(body), body.feasible?.bind(body)];
  const mover = (robot: RobotDescription, durationS: number, maxStepS?: number) =>
    new CheckedMover(path, robot, velocitiesOf(frozen(robot)), durationS, maxStepS);
  const floor = {
    sideways,
    mover,
    atSpeed: (twist: Twist2, vxMps: number, vyMps: number): Twist2 => {
      const yawRateRps = atSpeed ? atSpeed({ ...twist }, vxMps, vyMps).yawRateRps : twist.yawRateRps;
      if (Number.isNaN(yawRateRps) && Number.isFinite(twist.yawRateRps))
        throw contractError(path, "atSpeed gives no number", Number.NaN, 0, "rad/s");
      return { vxMps, vyMps, yawRateRps };
    },
  };
  return base(path, floor, {
    ownNumbers,
    velocityAfter:
      (robot) =>
      ([vxMps = 0, vyMps = 0, yawRateRps = 0], [vx = 0, vy = 0, yawRate = 0], durationS) => {
        const moved = mover(robot, durationS);
        moved.place({ xM: 0, yM: 0, yawRad: 0 }, { vxMps, vyMps, yawRateRps });
        moved.advance(vx, yawRate, vy);
        return [moved.vxMps, moved.vyMps, moved.yawRateRps];
      },
    ...(feasible && { feasible: (robot) => slowerOnly(feasible(frozen(robot)), path) }),
  });
}

/** The nearest command that the body can follow, as its module says, as long as it is slower on every axis. */
function slowerOnly(nearest: (command: readonly number[]) => readonly number[], path: string) {
  return (command: readonly number[]): readonly number[] => {
    const given = Array.from(nearest([...command]), Number);
    if (given.length !== command.length)
      throw contractError(path, "feasible gives another number of values", given.length, command.length, "1");
    for (const [i, value] of given.entries()) {
      const proposed = command[i]!;
      if (Number.isNaN(proposed) && Number.isNaN(value)) continue;
      if (!(value * proposed >= 0 && Math.abs(value) <= Math.abs(proposed)))
        throw contractError(path, `feasible makes a command faster, number ${i}`, value, proposed, i < 2 ? "m/s" : "rad/s");
    }
    return given;
  };
}

const copies = new WeakMap<RobotDescription, RobotDescription>();

/** A module is shown a copy that it cannot change: another thread's description is frozen nowhere. */
function frozen(robot: RobotDescription): RobotDescription {
  if (Object.isFrozen(robot) && Object.isFrozen(robot.limits)) return robot;
  const known = copies.get(robot) ?? deepFrozen(structuredClone(robot));
  copies.set(robot, known);
  return known;
}

function deepFrozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) deepFrozen(part);
  return Object.freeze(value);
}
