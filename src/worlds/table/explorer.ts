import { STOP_TWIST, type TwistCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import type { Explorer } from "../../core/world.js";
import { clamp } from "../../math/angle.js";
import { CONTROL_PERIOD_S, MAX_SPEED_MPS, type Point, REACH_M } from "./table.js";
import type { TableWorld } from "./table-world.js";

/** A little less than the 3 m/s² of speeding up that robot files allow a pusher, from one command to the next. */
const MAX_GAIN_MPS = 2.9 * CONTROL_PERIOD_S;
/** Kept free before the walls, as the guard does. */
const SPARE_M = 0.025;
/** In this time a velocity ends before a wall: longer than it takes to come to rest. */
const WALL_S = 0.3;

type Velocity = readonly [vxMps: number, vyMps: number];

/** What the explorer does for a while before it draws something else to do. @returns undefined when that is over */
type Segment = () => Velocity | undefined;

/**
 * Pushes the objects on the table from every side, gently: over a long time commands have a standard deviation of about 0.15 m/s, a fifth
 * of the fastest, as in PushT's recordings. Between pushes it wanders, jumps and stands, since a planner will imagine all of that. Every command
 * keeps the limits on speed, acceleration and workspace that a guard would hold it to. Seeded.
 */
export class TableExplorer implements Explorer {
  private segment: Segment = () => undefined;
  private last: Velocity = [0, 0];
  private readonly tremor: Tremor;

  constructor(
    private readonly world: TableWorld,
    private readonly random: Random,
  ) {
    this.tremor = new Tremor(random, 0.4);
  }

  next(): TwistCommand {
    let wanted = this.segment();
    while (!wanted) {
      this.segment = this.draw();
      wanted = this.segment();
    }
    const { xM, yM } = this.world.pusherAt;
    const vxMps = allowed(wanted[0], this.last[0], xM);
    const vyMps = allowed(wanted[1], this.last[1], yM);
    this.last = [vxMps, vyMps];
    return { ...STOP_TWIST, vxMps, vyMps };
  }

  private draw(): Segment {
    const kind = this.random.uniform();
    if (kind < 0.7) return this.push();
    if (kind < 0.85) return this.wander();
    if (kind < 0.95) return this.jump();
    return during(ticks(0.2 + 0.6 * this.random.uniform()), () => [0, 0]);
  }

  /** Goes to one side of an object, then through it; often around it first. */
  private push(): Segment {
    const { random, world } = this;
    const { at, start, heading } = this.approach();
    const pushM = 0.02 + (world.contents.pushM - 0.02) * random.uniform();
    const end = { xM: at.xM + pushM * Math.cos(heading), yM: at.yM + pushM * Math.sin(heading) };
    const speedMps = 0.1 + 0.25 * random.uniform();
    const shakeMps = 0.08 * random.uniform();
    const via = random.uniform() < 0.6 ? [around(world.pusherAt, start, at)] : [];
    const stops = [...via, start, end];
    let ticksLeft = ticks(6);
    return () => {
      const here = world.pusherAt;
      while (stops[0] && Math.hypot(stops[0].xM - here.xM, stops[0].yM - here.yM) < 0.02) stops.shift();
      const stop = stops[0];
      if (!stop || ticksLeft-- <= 0) return undefined;
      const [dx, dy] = [inside(stop.xM) - here.xM, inside(stop.yM) - here.yM];
      const distanceM = Math.hypot(dx, dy);
      if (distanceM < 0.015) {
        stops.shift();
        return [0, 0];
      }
      // Approaches are quick, pushes at the speed that was drawn; slower near the end.
      const speed = Math.min(stops.length > 1 ? 0.35 : speedMps, 4 * distanceM);
      const [nx, ny] = this.tremor.next();
      return [(speed * dx) / distanceM + shakeMps * nx, (speed * dy) / distanceM + shakeMps * ny];
    };
  }

  /**
   * What to push at, in which direction, and where from. Rather inwards, the more so the nearer to a wall: what lies in a corner is hard to
   * get out. There must be room behind it; where ten tries find none, it is pushed along the wall.
   */
  private approach(): { readonly at: Point; readonly start: Point; readonly heading: number } {
    const { random, world } = this;
    for (let tries = 0; ; tries++) {
      const at = world.contents.samplePoint(random);
      const outM = Math.max(Math.abs(at.xM), Math.abs(at.yM));
      const spread = Math.PI * clamp(1.4 - 4 * (outM - 0.1), 0.25, 1);
      const heading = Math.atan2(-at.yM, -at.xM) + spread * (2 * random.uniform() - 1);
      const standOffM = 0.05 + 0.06 * random.uniform();
      const start = { xM: at.xM - standOffM * Math.cos(heading), yM: at.yM - standOffM * Math.sin(heading) };
      if (tries >= 10 || (start.xM === inside(start.xM) && start.yM === inside(start.yM))) return { at, start, heading };
    }
  }

  /** Smooth random velocities. */
  private wander(): Segment {
    const spreadMps = 0.05 + 0.25 * this.random.uniform();
    const tremor = new Tremor(this.random, 0.2 + 0.6 * this.random.uniform());
    return during(ticks(1 + 1.5 * this.random.uniform()), () => {
      const [x, y] = tremor.next();
      return [spreadMps * x, spreadMps * y];
    });
  }

  /** A velocity anywhere in the range, for a moment; then another. */
  private jump(): Segment {
    let wanted: Velocity = [0, 0];
    let held = 0;
    return during(ticks(0.6 + 0.6 * this.random.uniform()), () => {
      if (held-- <= 0) {
        const fraction = this.random.uniform();
        const velocity = () => MAX_SPEED_MPS * fraction * (2 * this.random.uniform() - 1);
        wanted = [velocity(), velocity()];
        held = ticks(0.1 + 0.3 * this.random.uniform()) - 1;
      }
      return wanted;
    });
  }
}

/** Beside the middle of the object to be pushed, on the side that the path passes. */
function around(from: Point, to: Point, middle: Point): Point {
  const side = Math.sign((to.xM - from.xM) * (middle.yM - from.yM) - (to.yM - from.yM) * (middle.xM - from.xM)) || 1;
  const [dx, dy] = [to.xM - from.xM, to.yM - from.yM];
  const length = Math.hypot(dx, dy) || 1;
  const asideM = 0.15;
  return { xM: inside(middle.xM + (side * asideM * dy) / length), yM: inside(middle.yM - (side * asideM * dx) / length) };
}

function inside(atM: number): number {
  return clamp(atM, SPARE_M - REACH_M, REACH_M - SPARE_M);
}

/** The nearest velocity along an axis that speed, acceleration and the walls allow. */
function allowed(wantedMps: number, lastMps: number, atM: number): number {
  const low = Math.max(-MAX_SPEED_MPS, Math.min(lastMps, 0) - MAX_GAIN_MPS, Math.min(0, (SPARE_M - REACH_M - atM) / WALL_S));
  const high = Math.min(MAX_SPEED_MPS, Math.max(lastMps, 0) + MAX_GAIN_MPS, Math.max(0, (REACH_M - SPARE_M - atM) / WALL_S));
  return clamp(wantedMps, low, high);
}

function during(ticksLeft: number, velocity: () => Velocity): Segment {
  let left = ticksLeft;
  return () => (left-- > 0 ? velocity() : undefined);
}

function ticks(durationS: number): number {
  return Math.max(1, Math.round(durationS / CONTROL_PERIOD_S));
}

/** Two independent Ornstein-Uhlenbeck noises: standard normal at each tick, forgotten after about `correlationS`. */
class Tremor {
  private x: number;
  private y: number;
  private readonly keep: number;

  constructor(
    private readonly random: Random,
    correlationS: number,
  ) {
    this.keep = Math.exp(-CONTROL_PERIOD_S / correlationS);
    this.x = random.normal();
    this.y = random.normal();
  }

  next(): readonly [number, number] {
    const fresh = Math.sqrt(1 - this.keep * this.keep);
    this.x = this.keep * this.x + fresh * this.random.normal();
    this.y = this.keep * this.y + fresh * this.random.normal();
    return [this.x, this.y];
  }
}
