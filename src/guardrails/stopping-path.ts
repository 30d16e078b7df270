import type { Odometry, Pose2, Twist2 } from "../core/body.js";
import { type Command, STOP_TWIST, valuesOf } from "../core/command.js";
import { type FloorBody, REST } from "../core/embodiment.js";
import type { GateContext, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { ViolationId } from "../core/violation.js";
import { embodimentOf } from "../embodiment/index.js";
import { clamp } from "../math/angle.js";
import type { PosedPath } from "../math/points.js";
import { secondsBetween } from "../math/seconds.js";
import { type DriveState, moved } from "../motion/differential-drive.js";
import { StoppingTrajectory } from "../motion/stopping-trajectory.js";
import { scaled } from "./axes.js";
import { bisected } from "./bisected.js";
import { heldTimeS } from "./held-time.js";
import { stop } from "./rule.js";
import type { Surroundings } from "./surroundings.js";

const MOST_SEARCHES = 4;
/** Distances to all that a body could touch within `reachM` of here; undefined: there is nothing. */
type Near = (xM: number, yM: number, reachM: number) => Surroundings | undefined;

/**
 * Judges a command of a base by what follows from it: the body moves on unchanged until the command acts, follows it for as long as it may be held, then
 * brakes to rest. A command is allowed when all of that path keeps the distance. So, by induction, braking at once keeps it, too.
 * Where even braking at once would not (the obstacle is new, or moved, or the body slid), a command is allowed when it comes no nearer
 * than braking would and does not go on towards it: turn in place, move along it, move away. Everything else becomes zero. The nearest obstacle does
 * not permit driving into another: a body closer than a quarter of the clearance comes nearer to nothing within that distance.
 */
export class StoppingPath {
  private readonly floor: FloorBody;
  private readonly trajectory: StoppingTrajectory;
  /** A disc that turns in place sweeps no new area; polygons do. */
  private readonly turns: boolean;
  /** The body's future state is the same for every command of a tick: computed once. */
  private judged: { readonly context: GateContext; readonly states: readonly DriveState[] } | undefined;

  constructor(private readonly robot: RobotDescription) {
    const { limits, response } = robot;
    this.floor = embodimentOf(robot).floor!;
    this.turns = robot.footprint.polygonsM !== undefined;
    const body = { timeConstantS: response.timeConstantS, decelerationMps2: limits.decelerationMps2 };
    this.trajectory = new StoppingTrajectory((durationS) => this.floor.mover(robot, durationS), body, this.turns);
  }

  /**
   * @param sampledM how much nearer a path along the obstacle may seem to come because the obstacle is known by samples only; counts in the
   * outer half of the clearance, so that nobody can creep through it
   * @returns undefined: allowed; else the fastest allowed command of the same curvature
   */
  judge<Id extends ViolationId>(
    id: Id,
    command: Command,
    context: GateContext,
    near: Near,
    neededM: number,
    sampledM = 0,
  ): Ruling<Id> | undefined {
    if (context.odometry === undefined) return stop(id, Number.NaN, neededM, "m");
    if (this.judged?.context !== context) this.judged = { context, states: this.whenItActs(context, context.odometry) };
    const { states } = this.judged;
    this.trajectory.hold(heldTimeS(this.robot, context));
    const [vx = 0, vy = 0, yawRate = 0] = valuesOf(command);
    const turn = this.turns ? yawRate : 0;
    const rests = states.every(
      ({ twist }) => Math.hypot(twist.vxMps, twist.vyMps) <= REST["m/s"] && !(this.turns && Math.abs(twist.yawRateRps) > REST["rad/s"]),
    );
    if (vx === 0 && vy === 0 && turn === 0 && rests) return undefined;
    const { xM, yM } = states[0]!.pose;
    const reachesM = states.map(({ pose, twist }) => Math.hypot(pose.xM - xM, pose.yM - yM) + this.trajectory.reachM(twist, vx, vy));
    const surroundings = near(xM, yM, Math.max(...reachesM));
    if (surroundings === undefined) return undefined;
    const leastM = (command: Command, state: DriveState, enoughM?: number) =>
      surroundings.least(this.trajectory.follow(state, valuesOf(command)), enoughM);
    const keepsDistance = (command: Command) => states.every((state) => leastM(command, state, neededM) >= neededM);
    if (keepsDistance(command)) return undefined;
    const value = least(states.map((state) => leastM(command, state)));
    const ruling = { violation: { id, value, limit: neededM, unit: "m" }, slows: true } as const;
    if (!keepsDistance(STOP_TWIST)) {
      const distances = (command: Command, untilS = 0) =>
        states
          .map((state) => surroundings.each(this.trajectory.follow(state, valuesOf(command), untilS)))
          .reduce((some, others) => some.map((d, i) => Math.min(d, others[i]!)));
      const restsS = Math.max(...states.map((state) => this.trajectory.follow(state, valuesOf(command)).restsS));
      const proposed = distances(command);
      const proposedM = least(proposed);
      const braking = distances(STOP_TWIST, restsS);
      const brakingM = least(braking);
      const startM = Math.min(...states.map(({ pose }) => surroundings.least(standingAt(pose))));
      const againstMotion = rests || states.every(({ twist }) => vx * twist.vxMps + vy * twist.vyMps <= 0 && turn * twist.yawRateRps <= 0);
      // As long as braking itself still comes nearer, no command in that direction passes, however slow.
      const slackM = brakingM > neededM - this.robot.clearanceM / 2 ? sampledM : 0;
      const noNearer = proposedM >= brakingM - slackM && (brakingM >= startM - slackM || againstMotion);
      const floorM = Math.min(neededM, (this.turns ? 0 : this.robot.footprint.radiusM) + this.robot.clearanceM / 4);
      const toNone = proposed.every((distanceM, i) => distanceM >= Math.min(floorM, braking[i]!));
      return noNearer && toNone ? undefined : { ...ruling, allowed: STOP_TWIST };
    }
    const fits = (state: DriveState, scale: number) => {
      const path = this.trajectory.follow(state, valuesOf(scaled(command, scale)));
      return surroundings.suspicious ? !surroundings.suspicious(path, neededM) : surroundings.least(path, neededM) >= neededM;
    };
    let low = bisected((scale) => states.every((state) => fits(state, scale)));
    // What only suspects were asked about is asked once about everything.
    for (let k = 0; surroundings.suspicious && low > 0 && !keepsDistance(scaled(command, low)); k++)
      low = k < MOST_SEARCHES ? bisected((scale) => states.every((state) => fits(state, scale))) : 0;
    return { ...ruling, allowed: scaled(command, low) };
  }

  /**
   * Where the body will be, and how fast, when a command given now begins to act. It is taken to move as fast as the fastest of what was
   * measured and what was commanded since: the measurement is late while it speeds up, the command is early while it slows down, and a
   * frozen odometry must not pass for rest. Its direction may also have changed since: so also the state that follows from all
   * pending commands.
   */
  private whenItActs(now: GateContext, { stampNs, odomFromBase: pose, twistInBase: twist }: Odometry): DriveState[] {
    const waitS = clamp(secondsBetween(stampNs, now.nowNs), 0, this.robot.staleness.odometryS) + this.robot.response.commandDelayS;
    const recent = now.outputs.filter(
      ({ atNs }) => secondsBetween(atNs, now.nowNs) <= waitS + Math.max(this.robot.response.reactionS, now.worstIntervalS),
    );
    const sent = [valuesOf(now.lastOutput), ...recent.map(({ values }) => values)];
    const fastest = ([twist.vxMps, twist.vyMps, twist.yawRateRps] as const).map((v, i) =>
      sent.reduce((most, values) => {
        const sameWay = values[i]! * v > 0 || Math.abs(v) <= REST[i < 2 ? "m/s" : "rad/s"];
        return sameWay && Math.abs(values[i]!) > Math.abs(most) ? values[i]! : most;
      }, v),
    );
    const [vxMps = 0, vyMps = 0, turnRps = 0] = fastest;
    const [, , lastRps = 0] = valuesOf(now.lastOutput);
    const yawRateRps = this.turns ? turnRps : lastRps;
    const moving = this.floor.atSpeed(twist, vxMps, vyMps);
    const state: DriveState = {
      pose,
      twist: this.turns && Math.abs(turnRps) > Math.abs(moving.yawRateRps) ? { ...moving, yawRateRps } : moving,
    };
    const held = this.after(waitS, state, { vxMps, vyMps, yawRateRps });
    let replayed: DriveState = { pose, twist };
    for (const [k, { atNs, values }] of recent.entries()) {
      const [vxMps = 0, vyMps = 0, yawRateRps = 0] = values;
      // When it began and ceased to act, counted back from when a command given now will act.
      const [fromS, untilS] = [secondsBetween(atNs, now.nowNs), secondsBetween(recent[k + 1]?.atNs ?? now.nowNs, now.nowNs)];
      const actsS = Math.min(fromS, waitS) - untilS;
      if (actsS > 0) replayed = this.after(actsS, replayed, { vxMps, vyMps, yawRateRps });
    }
    return [held, replayed];
  }

  private after(durationS: number, state: DriveState, command: Twist2): DriveState {
    return moved(this.floor.mover(this.robot, durationS), state, command);
  }
}

function standingAt({ xM, yM, yawRad }: Pose2): PosedPath {
  return { path: [xM, yM], yawsRad: [yawRad], timesS: [0], count: 1 };
}

function least(distances: readonly number[]): number {
  return distances.reduce((nearest, distance) => Math.min(nearest, distance), Number.POSITIVE_INFINITY);
}
