import type { ObstaclePoints } from "../core/sensors.js";
import type { PosedPath } from "../math/points.js";
import type { FootprintSweep } from "./footprint-sweep.js";
import { PointGroups } from "./point-groups.js";

/** Where a path begins, what is farther away than this is known by a lower bound of its distance. */
const ROUGH_M = 0.3;
const MOST_STARTS = 4;
const MOST_SUSPECTS = 8;
const NOTHING = new Float32Array(0);

/** Distances of a footprint of polygons, along paths, to many points, standing and moving. */
export class ObstacleSweep {
  private obstacles: ObstaclePoints = { stampNs: 0n, pointsM: NOTHING };
  private groups = new PointGroups(NOTHING);
  private movingM: Float32Array = NOTHING;
  /** All paths of one tick begin at one of very few poses: distances there, of the first point of each group, are computed once. */
  private starts: { readonly xM: number; readonly yM: number; readonly yawRad: number; readonly distancesM: Float64Array }[] = [];
  /** Groups that were too near before, the newest first: they are asked about first. */
  private suspects: number[] = [];
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
    if (obstacles !== this.obstacles) {
      this.groups = new PointGroups(obstacles.pointsM);
      this.movingM = obstacles.moving ?? NOTHING;
      this.starts = [];
      this.suspects = [];
    }
    this.obstacles = obstacles;
    this.sinceS = sinceS;
    return this;
  }

  /** With `enoughM` any distance below it will do, or, when there is none, it. */
  least(path: PosedPath, enoughM?: number): number {
    const startsM = this.startsOf(path);
    const { lengthM } = this.sweep.along(path);
    const { suspects } = this;
    const { radiiM } = this.groups;
    const any = enoughM !== undefined;
    let least = enoughM ?? this.limits.farM;
    for (let k = -suspects.length; k < startsM.length; k++) {
      const group = k < 0 ? suspects[k + suspects.length]! : k;
      // What most groups are asked, before anything else: too far away to matter.
      if (startsM[group]! - radiiM[group]! - least >= lengthM) continue;
      const distance = this.ofGroup(group, least, any, startsM[group]!, lengthM);
      if (distance >= least) continue;
      if (!any) least = distance;
      else if (k >= 0) this.suspects = [group, ...suspects.slice(0, MOST_SUSPECTS - 1)];
      if (any) return distance;
    }
    for (let i = 0; i < this.movingM.length; i += 4) {
      const distance = this.ofMoving(i, least, any);
      if (distance >= least) continue;
      if (any) return distance;
      least = distance;
    }
    return least;
  }

  suspicious(path: PosedPath, enoughM: number): boolean {
    const startsM = this.startsOf(path);
    const { lengthM } = this.sweep.along(path);
    for (const group of this.suspects) if (!(this.ofGroup(group, enoughM, true, startsM[group]!, lengthM) >= enoughM)) return true;
    for (let i = 0; i < this.movingM.length; i += 4) if (!(this.ofMoving(i, enoughM, true) >= enoughM)) return true;
    return false;
  }

  /** Points that lie together are one thing. */
  each(path: PosedPath): number[] {
    const startsM = this.startsOf(path);
    const { lengthM } = this.sweep.along(path);
    const { farM, floorM } = this.limits;
    const things = startsM.length + this.movingM.length / 4;
    const distancesM = new Array<number>(things);
    let least = farM;
    for (let i = 0; i < things; i++) {
      const limitM = Math.max(floorM, least);
      const distance =
        i < startsM.length ? this.ofGroup(i, limitM, false, startsM[i]!, lengthM) : this.ofMoving(4 * (i - startsM.length), limitM, false);
      if (!(distance >= least)) least = distance;
      distancesM[i] = distance;
    }
    return distancesM;
  }

  /** The least distance of a group's points, at most the limit. */
  private ofGroup(group: number, limitM: number, any: boolean, startM: number, lengthM: number): number {
    if (this.isFar(group, limitM, startM, lengthM)) return limitM;
    let least = limitM;
    const boundM = startM - this.groups.radiiM[group]!;
    for (let i = this.groups.begin(group); i < this.groups.end(group); i++) {
      const distance = this.ofPoint(i, least, any, boundM > least ? boundM : undefined);
      if (!(distance >= least)) least = distance;
      if (any && !(least >= limitM)) break;
    }
    return least;
  }

  /** Whether none of a group's points can come as near as the limit, since its first one stays farther away by as much as they lie apart. */
  private isFar(group: number, limitM: number, startM: number, lengthM: number): boolean {
    const farM = limitM + this.groups.radiiM[group]!;
    if (startM - farM >= lengthM) return true;
    return this.groups.end(group) - this.groups.begin(group) > 1 && this.ofPoint(this.groups.begin(group), farM, true, startM) >= farM;
  }

  private ofPoint(i: number, limitM: number, any: boolean, startM?: number): number {
    this.x = this.groups.points[2 * i]!;
    this.y = this.groups.points[2 * i + 1]!;
    this.vx = this.vy = this.errorMps = 0;
    return this.sweep.nearestM(this.from, limitM, any, startM);
  }

  private ofMoving(i: number, limitM: number, any: boolean): number {
    this.x = this.movingM[i]!;
    this.y = this.movingM[i + 1]!;
    this.vx = this.movingM[i + 2]!;
    this.vy = this.movingM[i + 3]!;
    this.errorMps = this.limits.velocityErrorMps;
    return this.sweep.nearestM(this.from, limitM, any, undefined, Math.sqrt(this.vx * this.vx + this.vy * this.vy) + this.errorMps);
  }

  /** From the present point, wherever it has come to. */
  private readonly from = (pose: Float64Array): number => {
    const t = this.sinceS + pose[4]!;
    const dx = this.x + this.vx * t - pose[0]!;
    const dy = this.y + this.vy * t - pose[1]!;
    const cos = pose[2]!;
    const sin = pose[3]!;
    return this.sweep.polygons.distance(dx * cos + dy * sin, dy * cos - dx * sin) - this.errorMps * t;
  };

  private startsOf({ path, yawsRad }: PosedPath): Float64Array {
    const [xM, yM, yawRad] = [path[0]!, path[1]!, yawsRad[0]!];
    const known = this.starts.find((start) => start.xM === xM && start.yM === yM && start.yawRad === yawRad);
    if (known) return known.distancesM;
    // More poses than these belong to ticks gone by.
    const gone = this.starts.length >= MOST_STARTS ? this.starts.shift() : undefined;
    const { points, count } = this.groups;
    const { polygons } = this.sweep;
    const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
    const { centre, reach } = polygons;
    const distancesM = gone?.distancesM ?? new Float64Array(count);
    const centreX = xM + centre[0] * cos - centre[1] * sin;
    const centreY = yM + centre[0] * sin + centre[1] * cos;
    for (let group = 0; group < count; group++) {
      const i = this.groups.begin(group);
      const x = points[2 * i]!;
      const y = points[2 * i + 1]!;
      const roughM = Math.sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) - reach;
      distancesM[group] = roughM > ROUGH_M ? roughM : polygons.distance((x - xM) * cos + (y - yM) * sin, (y - yM) * cos - (x - xM) * sin);
    }
    this.starts.push({ xM, yM, yawRad, distancesM });
    return distancesM;
  }
}
