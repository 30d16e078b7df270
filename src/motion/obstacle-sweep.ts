import type { ObstaclePoints } from "../core/sensors.js";
import type { PosedPath } from "../math/points.js";
import type { FootprintSweep } from "./footprint-sweep.js";

/** Where a path begins, what is farther away than this is known by a lower bound of its distance. */
const ROUGH_M = 0.3;
const MOST_STARTS = 4;
const NOTHING = new Float32Array(0);

/** Distances of a footprint of polygons, along paths, to each of many points, standing and moving. */
export class ObstacleSweep {
  private obstacles: ObstaclePoints = { stampNs: 0n, pointsM: NOTHING };
  /** All paths of one tick begin at one of very few poses: distances there are computed once. */
  private starts: { readonly xM: number; readonly yM: number; readonly yawRad: number; readonly distancesM: Float64Array }[] = [];
  /** The point that was too near the last time is asked about first. */
  private suspect = 0;
  private sinceS = 0;
  private x = 0;
  private y = 0;
  private vx = 0;
  private vy = 0;
  private errorMps = 0;

  /** @param farM greater distances don't matter @param floorM of what is farther than this, only the nearest matters @param velocityErrorMps of what moves */
  constructor(
    private readonly sweep: FootprintSweep,
    private readonly limits: { readonly farM: number; readonly floorM: number; readonly velocityErrorMps: number },
  ) {}

  /** @param sinceS from when moving points were seen to when paths begin */
  among(obstacles: ObstaclePoints, sinceS: number): this {
    if (obstacles !== this.obstacles) this.starts = [];
    this.obstacles = obstacles;
    this.sinceS = sinceS;
    return this;
  }

  least(path: PosedPath, enoughM?: number): number {
    const startsM = this.startsOf(path);
    const { lengthM } = this.sweep.along(path);
    const any = enoughM !== undefined;
    let least = enoughM ?? this.limits.farM;
    for (let k = this.suspect < startsM.length ? -1 : 0; k < startsM.length; k++) {
      const i = k < 0 ? this.suspect : k;
      if (startsM[i]! - least >= lengthM) continue;
      const distance = this.standing(i, least, any, startsM);
      if (distance >= least) continue;
      this.suspect = i;
      if (any) return distance;
      least = distance;
    }
    const { moving = NOTHING } = this.obstacles;
    for (let i = 0; i < moving.length; i += 4) {
      const distance = this.moving(moving, i, least, any);
      if (any && !(distance >= least)) return distance;
      least = Math.min(least, distance);
    }
    return least;
  }

  each(path: PosedPath): number[] {
    const startsM = this.startsOf(path);
    const { lengthM } = this.sweep.along(path);
    const { farM, floorM } = this.limits;
    const { moving = NOTHING } = this.obstacles;
    const distancesM = new Array<number>(startsM.length + moving.length / 4);
    let least = farM;
    for (let i = 0; i < distancesM.length; i++) {
      const limitM = Math.max(floorM, least);
      let distance = limitM;
      if (i >= startsM.length) distance = this.moving(moving, 4 * (i - startsM.length), limitM, false);
      else if (!(startsM[i]! - limitM >= lengthM)) distance = this.standing(i, limitM, false, startsM);
      if (!(distance >= least)) least = distance;
      distancesM[i] = distance;
    }
    return distancesM;
  }

  private standing(i: number, limitM: number, any: boolean, startsM: Float64Array): number {
    const { pointsM } = this.obstacles;
    this.x = pointsM[2 * i]!;
    this.y = pointsM[2 * i + 1]!;
    this.vx = this.vy = this.errorMps = 0;
    return this.sweep.nearestM(this.from, limitM, any, startsM[i]!);
  }

  private moving(points: Float32Array, i: number, limitM: number, any: boolean): number {
    this.x = points[i]!;
    this.y = points[i + 1]!;
    this.vx = points[i + 2]!;
    this.vy = points[i + 3]!;
    this.errorMps = this.limits.velocityErrorMps;
    return this.sweep.nearestM(this.from, limitM, any, undefined, Math.sqrt(this.vx * this.vx + this.vy * this.vy) + this.errorMps);
  }

  /** From the present point, wherever it has come to. */
  private readonly from = (xM: number, yM: number, cos: number, sin: number, timeS: number): number => {
    const t = this.sinceS + timeS;
    const dx = this.x + this.vx * t - xM;
    const dy = this.y + this.vy * t - yM;
    return this.sweep.polygons.distance(dx * cos + dy * sin, dy * cos - dx * sin) - this.errorMps * t;
  };

  private startsOf({ path, yawsRad }: PosedPath): Float64Array {
    const [xM, yM, yawRad] = [path[0]!, path[1]!, yawsRad[0]!];
    const known = this.starts.find((start) => start.xM === xM && start.yM === yM && start.yawRad === yawRad);
    if (known) return known.distancesM;
    const { pointsM } = this.obstacles;
    // More poses than these belong to ticks gone by.
    const gone = this.starts.length >= MOST_STARTS ? this.starts.shift() : undefined;
    const { polygons } = this.sweep;
    const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
    const { centre, reach } = polygons;
    const distancesM = gone?.distancesM ?? new Float64Array(pointsM.length / 2);
    for (let i = 0; i < distancesM.length; i++) {
      const dx = pointsM[2 * i]! - xM;
      const dy = pointsM[2 * i + 1]! - yM;
      const x = dx * cos + dy * sin;
      const y = dy * cos - dx * sin;
      const roughM = Math.sqrt((x - centre[0]) * (x - centre[0]) + (y - centre[1]) * (y - centre[1])) - reach;
      distancesM[i] = roughM > ROUGH_M ? roughM : polygons.distance(x, y);
    }
    this.starts.push({ xM, yM, yawRad, distancesM });
    return distancesM;
  }
}
