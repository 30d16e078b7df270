import type { TwistCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import type { Explorer } from "../../core/world.js";
import { clamp, wrapAngle } from "../../math/angle.js";
import { type Action, along, ColouredNoise, EXPLORER_PERIOD_S, Jitter, RandomActions, type Segment } from "./exploring.js";
import type { FloorWorld } from "./floor-world.js";
import type { Point } from "./plan.js";

/**
 * Drives a body on wheels around so that recorded data shows positions × headings × speeds widely: to random places, to places that matter more, near
 * surfaces, and with random commands over the whole range of actions, since a planner will imagine all of it. Seeded: the same world and seed
 * give the same drive.
 */
export class WheeledExplorer implements Explorer {
  private segment: Segment | undefined;

  /** @param favourite draws a place that is to be visited more often than others, for example beyond a door */
  constructor(
    private readonly world: FloorWorld,
    private readonly random: Random,
    private readonly favourite?: () => Point,
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
    if (kind < 0.46 && this.favourite) return new Drive(this.world, this.random, this.favourite(), 0.03);
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
    private readonly world: FloorWorld,
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

/** Uniform over the range of actions, with about a quarter of each axis's values on its bounds: planners clip to them. */
function wideAction(world: FloorWorld, random: Random): Action {
  const { maxForwardMps, maxReverseMps, maxYawRateRps } = world.body;
  const a = wide(random);
  const b = wide(random);
  return [-maxReverseMps + ((maxForwardMps + maxReverseMps) * (a + 1)) / 2, maxYawRateRps * b];
}

function wide(random: Random): number {
  return clamp(1.3 * (2 * random.uniform() - 1), -1, 1);
}
