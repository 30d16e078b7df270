import type { TwistCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import type { Explorer } from "../../core/world.js";
import { clamp } from "../../math/angle.js";
import { type Action, along, ColouredNoise, EXPLORER_PERIOD_S, Jitter, RandomActions, type Segment } from "./exploring.js";
import type { FloorWorld } from "./floor-world.js";
import type { Point } from "./plan.js";

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
    if (kind < 0.85) return new RandomActions(random, () => this.action(), 2, 5);
    return new Jitter(random, () => this.wideAction());
  }

  /** Anywhere in the range, along one axis alone, or standing still. */
  private action(): Action {
    const kind = this.random.uniform();
    const [vx, vy] = this.wideAction();
    if (kind < 0.15) return [0, 0];
    if (kind < 0.25) return [vx, 0];
    if (kind < 0.35) return [0, vy];
    return [vx, vy];
  }

  private wideAction(): Action {
    const { maxForwardMps, maxReverseMps, maxSidewaysMps } = this.world.body;
    const vx = wide(this.random, -maxReverseMps, maxForwardMps);
    return [vx, wide(this.random, -maxSidewaysMps, maxSidewaysMps)];
  }

  /** A place where the body nearly touches a wall or the border. */
  private nearSurface(): Point {
    for (;;) {
      const place = this.world.samplePose(this.random, 0.002);
      if (!this.world.isFree(place.xM, place.yM, 0.04)) return place;
    }
  }
}

/** Follows the shortest path to a place with noise on every command, slower near its end, or not. */
class Drive implements Segment {
  private readonly speedMps: number;
  private readonly noiseMps: number;
  private readonly noise: readonly [ColouredNoise, ColouredNoise];
  private readonly slowsDown: boolean;
  private ticksLeft = Math.round(16 / EXPLORER_PERIOD_S);

  constructor(
    private readonly world: FloorWorld,
    random: Random,
    private readonly goal: Point,
  ) {
    const fastest = world.body.maxForwardMps;
    // Beyond the fastest: both axes at their limits go by the diagonal.
    this.speedMps = fastest * (0.4 + 0.9 * random.uniform());
    this.noiseMps = 0.4 * fastest * random.uniform();
    this.noise = [new ColouredNoise(random, 0.4), new ColouredNoise(random, 0.4)];
    this.slowsDown = random.uniform() < 0.6;
  }

  next(): Action | undefined {
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

/** Even over the range and a little beyond, cut off there: the bounds themselves come up often, planners clip to them. */
function wide(random: Random, low: number, high: number): number {
  return clamp(low + (1.2 * random.uniform() - 0.1) * (high - low), low, high);
}
