import type { TwistCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import { clamp, wrapAngle } from "../../math/angle.js";
import { type Action, along, ColouredNoise, EXPLORER_PERIOD_S, Jitter, RandomActions, type Segment } from "../floor/exploring.js";
import type { Point } from "../floor/plan.js";
import type { RoomsWorld } from "./rooms-world.js";

/**
 * Drives around so that recorded data shows positions × headings × speeds widely: to random places through the door or near walls and posts,
 * and with random commands over the whole range of actions, since a planner will imagine all of it. Seeded: the same world and seed give
 * the same drive.
 */
export class RoomsExplorer {
  private segment: Segment | undefined;

  constructor(
    private readonly world: RoomsWorld,
    private readonly random: Random,
  ) {}

  /** The command for the next 0.05 s, within the body's speed limits. */
  next(): TwistCommand {
    let action = this.segment?.next();
    while (!action) {
      this.segment = this.draw();
      action = this.segment.next();
    }
    const { body } = this.world;
    return {
      kind: "twist",
      vxMps: clamp(action[0], -body.maxReverseMps, body.maxForwardMps),
      vyMps: 0,
      yawRateRps: clamp(action[1], -body.maxYawRateRps, body.maxYawRateRps),
    };
  }

  private draw(): Segment {
    const kind = this.random.uniform();
    if (kind < 0.46) return new Drive(this.world, this.random, this.otherRoom(), 0.03);
    if (kind < 0.5) return new Drive(this.world, this.random, this.world.samplePose(this.random, 0.05), 0.03);
    if (kind < 0.58) return new Drive(this.world, this.random, this.nearSurface(), 0.005);
    if (kind < 0.85) return new RandomActions(this.random, () => this.action(), 2, 6);
    return new Jitter(this.random, () => wideAction(this.world, this.random));
  }

  /** Forward speed and yaw rate: anywhere in the range, turning in place, straight on, or standing still. */
  private action(): Action {
    const kind = this.random.uniform();
    const [speed, yawRate] = wideAction(this.world, this.random);
    if (kind < 0.1) return [0, 0];
    if (kind < 0.25) return [0, yawRate];
    if (kind < 0.5) return [speed, 0];
    return [speed, yawRate];
  }

  /** Beyond the door; half of the time close behind it, so that the passage itself is driven often. */
  private otherRoom(): Point {
    const side = Math.sign(this.world.odomFromBase.xM) || 1;
    const reachM = this.random.uniform() < 0.5 ? 0.9 : Number.POSITIVE_INFINITY;
    for (;;) {
      const place = this.world.samplePose(this.random, 0.05);
      if (place.xM * side < 0 && Math.hypot(place.xM, place.yM - this.world.map.doorYM) < reachM) return place;
    }
  }

  /** A place within 0.1 m of touching a wall, a post or the border. */
  private nearSurface(): Point {
    for (;;) {
      const place = this.world.samplePose(this.random, 0.01);
      if (!this.world.isFree(place.xM, place.yM, 0.1)) return place;
    }
  }
}

/** Follows the shortest path to a place, nose first or (sometimes) tail first, with noise on every command. */
class Drive implements Segment {
  private readonly speedMps: number;
  private readonly backwards: boolean;
  private readonly gain: number;
  private readonly speedNoise: ColouredNoise;
  private readonly yawNoise: ColouredNoise;
  private readonly speedNoiseMps: number;
  private readonly yawNoiseRps: number;
  private ticksLeft: number;

  constructor(
    private readonly world: RoomsWorld,
    random: Random,
    private readonly goal: Point,
    private readonly clearanceM: number,
  ) {
    this.backwards = random.uniform() < 0.2;
    this.speedMps = (0.4 + 0.7 * random.uniform()) * (this.backwards ? world.body.maxReverseMps : world.body.maxForwardMps);
    this.gain = 1.5 + 2.5 * random.uniform();
    this.speedNoise = new ColouredNoise(random, 0.4);
    this.yawNoise = new ColouredNoise(random, 0.4);
    this.speedNoiseMps = 0.15 * random.uniform();
    this.yawNoiseRps = 1.2 * random.uniform();
    this.ticksLeft = Math.round(16 / EXPLORER_PERIOD_S);
  }

  next(): Action | undefined {
    const pose = this.world.odomFromBase;
    if (this.ticksLeft-- <= 0 || Math.hypot(this.goal.xM - pose.xM, this.goal.yM - pose.yM) < 0.1) return undefined;
    // Close to a wall there is no path with clearance: without, there always is one.
    const path = this.world.shortestPath(pose, this.goal, this.clearanceM) ?? this.world.shortestPath(pose, this.goal);
    if (!path) return undefined;
    const ahead = along(path.points, 0.2);
    const bearing = Math.atan2(ahead.yM - pose.yM, ahead.xM - pose.xM) + (this.backwards ? Math.PI : 0);
    const error = wrapAngle(bearing - pose.yawRad);
    const speed = this.speedMps * Math.max(0, Math.cos(error)) * (this.backwards ? -1 : 1);
    return [speed + this.speedNoiseMps * this.speedNoise.next(), this.gain * error + this.yawNoiseRps * this.yawNoise.next()];
  }
}

/** Uniform over the range of actions, with about a quarter of each axis's share on its bounds: planners clip to them. */
function wideAction(world: RoomsWorld, random: Random): Action {
  const { maxForwardMps, maxReverseMps, maxYawRateRps } = world.body;
  const a = wide(random);
  const b = wide(random);
  return [-maxReverseMps + ((maxForwardMps + maxReverseMps) * (a + 1)) / 2, maxYawRateRps * b];
}

function wide(random: Random): number {
  return clamp(1.3 * (2 * random.uniform() - 1), -1, 1);
}
