import type { TwistCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import type { Explorer } from "../../core/world.js";
import { clamp } from "../../math/angle.js";
import type { FloorWorld } from "./floor-world.js";
import type { Point } from "./plan.js";

/** Commands are made for this control period. */
export const OMNI_PERIOD_S = 0.05;

/** Velocity in the frame of the body, which does not turn: m/s. */
type Velocity = readonly [vxMps: number, vyMps: number];

/** What the explorer does for a while before it draws something else to do. */
interface Segment {
  /** @returns undefined when the segment is over */
  next(): Velocity | undefined;
}

/**
 * Drives a body that goes sideways and does not turn, so that recorded data shows places × speeds widely: along shortest paths to random
 * places, to places that matter more, to and along walls; and with random commands over the whole range of actions, since a planner will
 * imagine all of it. Seeded: the same world and seed give the same drive.
 */
export class OmniExplorer implements Explorer {
  private segment: Segment | undefined;

  /** @param favourite draws a place that is to be visited more often than others, for example about a door */
  constructor(
    private readonly world: FloorWorld,
    private readonly random: Random,
    private readonly favourite?: (random: Random) => Point,
  ) {}

  next(): TwistCommand {
    let velocity = this.segment?.next();
    while (!velocity) {
      this.segment = this.draw();
      velocity = this.segment.next();
    }
    const { maxForwardMps, maxReverseMps, maxSidewaysMps } = this.world.body;
    return {
      kind: "twist",
      vxMps: clamp(velocity[0], -maxReverseMps, maxForwardMps),
      vyMps: clamp(velocity[1], -maxSidewaysMps, maxSidewaysMps),
      yawRateRps: 0,
    };
  }

  private draw(): Segment {
    const { world, random } = this;
    const kind = random.uniform();
    if (kind < 0.15 && this.favourite) return new Drive(world, random, this.favourite(random));
    if (kind < 0.5) return new Drive(world, random, world.samplePose(random, 0.02));
    if (kind < 0.6) return new Drive(world, random, this.nearSurface());
    if (kind < 0.85) return new RandomActions(world, random);
    return new Jitter(world, random);
  }

  /** A place where the body nearly touches a wall or the border. */
  private nearSurface(): Point {
    for (;;) {
      const place = this.world.samplePose(this.random, 0.002);
      if (!this.world.isFree(place.xM, place.yM, 0.04)) return place;
    }
  }
}

/** Ornstein-Uhlenbeck noise: stationary, standard normal at each tick, forgotten after about 0.4 s. */
class ColouredNoise {
  private value: number;
  private readonly keep = Math.exp(-OMNI_PERIOD_S / 0.4);

  constructor(private readonly random: Random) {
    this.value = random.normal();
  }

  next(): number {
    this.value = this.keep * this.value + Math.sqrt(1 - this.keep * this.keep) * this.random.normal();
    return this.value;
  }
}

/** Follows the shortest path to a place with noise on every command, slower near its end, or not. */
class Drive implements Segment {
  private readonly speedMps: number;
  private readonly noiseMps: number;
  private readonly noise: readonly [ColouredNoise, ColouredNoise];
  private readonly slowsDown: boolean;
  private ticksLeft = Math.round(16 / OMNI_PERIOD_S);

  constructor(
    private readonly world: FloorWorld,
    random: Random,
    private readonly goal: Point,
  ) {
    const fastest = world.body.maxForwardMps;
    // Beyond the fastest: both axes at their limits go by the diagonal.
    this.speedMps = fastest * (0.4 + 0.9 * random.uniform());
    this.noiseMps = 0.4 * fastest * random.uniform();
    this.noise = [new ColouredNoise(random), new ColouredNoise(random)];
    this.slowsDown = random.uniform() < 0.6;
  }

  next(): Velocity | undefined {
    const at = this.world.odomFromBase;
    const leftM = Math.hypot(this.goal.xM - at.xM, this.goal.yM - at.yM);
    if (this.ticksLeft-- <= 0 || leftM < 0.03) return undefined;
    const path = this.world.shortestPath(at, this.goal, 0.01) ?? this.world.shortestPath(at, this.goal);
    if (!path) return undefined;
    const ahead = along(path.points, 0.1);
    const bearing = Math.atan2(ahead.yM - at.yM, ahead.xM - at.xM);
    const speed = this.slowsDown ? Math.min(this.speedMps, 0.02 + 2 * path.lengthM) : this.speedMps;
    return [
      speed * Math.cos(bearing) + this.noiseMps * this.noise[0].next(),
      speed * Math.sin(bearing) + this.noiseMps * this.noise[1].next(),
    ];
  }
}

/** The point a distance further on a polyline; its end when it is shorter. */
function along(points: readonly Point[], distanceM: number): Point {
  let left = distanceM;
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1]!;
    const to = points[i]!;
    const length = Math.hypot(to.xM - from.xM, to.yM - from.yM);
    if (length >= left && length > 0) {
      const t = left / length;
      return { xM: from.xM + t * (to.xM - from.xM), yM: from.yM + t * (to.yM - from.yM) };
    }
    left -= length;
  }
  return points.at(-1)!;
}

/** Commands anywhere in the range of actions, held or faded into the next; also along one axis alone, and standing still. */
class RandomActions implements Segment {
  private ticksLeft: number;
  private readonly fades: boolean;
  private from: Velocity;
  private to: Velocity;
  private tick = 0;
  private ticks: number;

  constructor(
    private readonly world: FloorWorld,
    private readonly random: Random,
  ) {
    this.ticksLeft = Math.round((2 + 3 * random.uniform()) / OMNI_PERIOD_S);
    this.fades = random.uniform() < 0.5;
    this.from = this.action();
    this.to = this.action();
    this.ticks = this.duration();
  }

  next(): Velocity | undefined {
    if (this.ticksLeft-- <= 0) return undefined;
    if (this.tick === this.ticks) {
      this.from = this.to;
      this.to = this.action();
      this.ticks = this.duration();
      this.tick = 0;
    }
    const share = this.fades ? this.tick / this.ticks : 0;
    this.tick++;
    return [this.from[0] + share * (this.to[0] - this.from[0]), this.from[1] + share * (this.to[1] - this.from[1])];
  }

  private duration(): number {
    return Math.round((0.1 + 0.9 * this.random.uniform()) / OMNI_PERIOD_S);
  }

  private action(): Velocity {
    const kind = this.random.uniform();
    const [vx, vy] = wideAction(this.world, this.random);
    if (kind < 0.15) return [0, 0];
    if (kind < 0.25) return [vx, 0];
    if (kind < 0.35) return [0, vy];
    return [vx, vy];
  }
}

/** A new command every tick, as a sampling planner makes them, around a mean that is kept for the segment. */
class Jitter implements Segment {
  private ticksLeft: number;
  private readonly mean: Velocity;
  private readonly spread: number;

  constructor(
    private readonly world: FloorWorld,
    private readonly random: Random,
  ) {
    this.ticksLeft = Math.round((1 + 2 * random.uniform()) / OMNI_PERIOD_S);
    this.mean = wideAction(world, random);
    this.spread = random.uniform();
  }

  next(): Velocity | undefined {
    if (this.ticksLeft-- <= 0) return undefined;
    const [vx, vy] = wideAction(this.world, this.random);
    return [this.mean[0] + this.spread * (vx - this.mean[0]), this.mean[1] + this.spread * (vy - this.mean[1])];
  }
}

/** Even over the range of actions and a little beyond: the bounds themselves come up often. */
function wideAction({ body }: FloorWorld, random: Random): Velocity {
  const wide = (low: number, high: number) => clamp(low + (1.2 * random.uniform() - 0.1) * (high - low), low, high);
  return [wide(-body.maxReverseMps, body.maxForwardMps), wide(-body.maxSidewaysMps, body.maxSidewaysMps)];
}
