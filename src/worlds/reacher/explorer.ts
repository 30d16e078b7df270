import type { JointVelocityCommand } from "../../core/command.js";
import type { Random } from "../../core/random.js";
import type { Explorer } from "../../core/world.js";
import { clamp } from "../../math/angle.js";
import { MAX_SPEED_RPS, RANGE_RAD, type ReacherWorld } from "./reacher-world.js";

export const CONTROL_PERIOD_S = 0.1;
/** What robot files allow, of speeding up, from one command to the next. */
const MAX_GAIN_RPS = 8 * CONTROL_PERIOD_S;
/** Kept free before the ends of the ranges, as the guard does. */
const SPARE_RAD = 0.05;
/** In this time a speed ends before an end of a range: longer than it takes to come to rest. */
const END_S = 0.35;

type Speeds = readonly number[];

/** Moves both joints over all of their ranges: to random poses, at random speeds, and stands in between. Seeded. */
export class ReacherExplorer implements Explorer {
  private segment: () => Speeds | undefined = () => undefined;
  private last: Speeds = [0, 0];

  constructor(
    private readonly world: ReacherWorld,
    private readonly random: Random,
  ) {}

  next(): JointVelocityCommand {
    let wanted = this.segment();
    while (!wanted) {
      this.segment = this.draw();
      wanted = this.segment();
    }
    const { positionsRad } = this.world.joints();
    const velocitiesRps = wanted.map((rps, joint) => {
      const [low, high] = RANGE_RAD[joint]!;
      const at = positionsRad[joint]!;
      const before = this.last[joint]!;
      const reachable = clamp(rps, Math.min(before, 0) - MAX_GAIN_RPS, Math.max(before, 0) + MAX_GAIN_RPS);
      const inside = clamp(reachable, Math.min(0, (low + SPARE_RAD - at) / END_S), Math.max(0, (high - SPARE_RAD - at) / END_S));
      return clamp(inside, -MAX_SPEED_RPS, MAX_SPEED_RPS);
    });
    this.last = velocitiesRps;
    return { kind: "joint-velocities", velocitiesRps };
  }

  private draw(): () => Speeds | undefined {
    const { random, world } = this;
    const kind = random.uniform();
    let left = Math.ceil((0.2 + 1.3 * random.uniform()) / CONTROL_PERIOD_S);
    const during = (next: () => Speeds) => () => (left-- > 0 ? next() : undefined);
    if (kind < 0.1) return during(() => [0, 0]);
    if (kind < 0.5) {
      const speeds = RANGE_RAD.map(() => MAX_SPEED_RPS * (2 * random.uniform() - 1));
      const shake = 0.4 * random.uniform();
      return during(() => speeds.map((rps) => rps + shake * random.normal()));
    }
    const to = RANGE_RAD.map(([low, high]) => low + (high - low) * random.uniform());
    const gain = 0.5 + 2.5 * random.uniform();
    return during(() => world.joints().positionsRad.map((at, joint) => gain * (to[joint]! - at)));
  }
}
