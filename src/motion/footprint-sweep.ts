import type { Polygon } from "../core/robot-description.js";
import { smallCos, smallSin } from "../math/angle.js";
import { ConvexPolygons } from "../math/convex-polygons.js";
import { type FromPose, type PosedPath, setPose } from "../math/points.js";

/** Between two poses at which distances are computed, no part of the body moves farther, or than this part of the distance that is asked for: 0.8 % off. */
const STEP_M = 0.005;
const STEP_SHARE = 0.25;
/** Along what is nearer than is allowed by this much anyway, so many poses are enough. */
const TOO_NEAR_M = 0.01;
const MOST_STEPS = 64;

/** Between two poses the body may be nearer than at both by so much. */
export const SWEPT_M = STEP_M / 2;

/**
 * A footprint of polygons, carried along a path. Between two poses no part of it moves farther than its centre does plus its radius times the turn, and
 * so much nearer a thing can come at most: poses from which nothing comes into question until the next ones are left out ("conservative advancement",
 * Mirtich 1996). Turning sweeps like driving, between the places of a path too.
 */
export class FootprintSweep {
  readonly polygons: ConvexPolygons;
  private path: PosedPath | undefined;
  /** How far any part of it has moved at most, at each place of the path; and its heading there. */
  private readonly movedM: number[] = [];
  private readonly cos: number[] = [];
  private readonly sin: number[] = [];
  private readonly pose = new Float64Array(5);

  constructor(polygonsM: readonly Polygon[]) {
    this.polygons = new ConvexPolygons(polygonsM);
  }

  /** How far any part of it moves at most, all along the path. */
  get lengthM(): number {
    return this.movedM[this.path!.count - 1]!;
  }

  /** Takes the path that is asked about next; valid as long as that is. */
  along(path: PosedPath): this {
    const { path: places, yawsRad, count } = path;
    this.path = path;
    const { movedM, polygons } = this;
    const { radius } = polygons;
    let cos = Math.cos(yawsRad[0]!);
    let sin = Math.sin(yawsRad[0]!);
    let lengthM = 0;
    this.cos[0] = cos;
    this.sin[0] = sin;
    movedM[0] = 0;
    for (let i = 1; i < count; i++) {
      const turnRad = yawsRad[i]! - yawsRad[i - 1]!;
      // A turn by a small known angle, instead of sine and cosine of a new one.
      if (turnRad !== 0) {
        const turnCos = smallCos(turnRad);
        const turnSin = smallSin(turnRad);
        [cos, sin] = [cos * turnCos - sin * turnSin, sin * turnCos + cos * turnSin];
      }
      this.cos[i] = cos;
      this.sin[i] = sin;
      const dx = places[2 * i]! - places[2 * i - 2]!;
      const dy = places[2 * i + 1]! - places[2 * i - 1]!;
      lengthM += Math.sqrt(dx * dx + dy * dy) + radius * Math.abs(turnRad);
      movedM[i] = lengthM;
    }
    return this;
  }

  /**
   * The least distance anywhere along the path, `limitM` at most.
   * @param any any distance below the limit will do @param startM the distance where the path begins, or less
   * @param nearsMps how fast a thing may come nearer to a footprint that stands
   */
  nearestM(from: FromPose, limitM: number, any: boolean, startM?: number, nearsMps = 0): number {
    const { path: places, yawsRad, timesS, count } = this.path!;
    const { movedM, cos, sin, pose } = this;
    const wholeM = movedM[count - 1]! + nearsMps * timesS[count - 1]!;
    const stepM = Math.max(STEP_M, STEP_SHARE * limitM);
    const coarseM = Math.max(stepM, wholeM / MOST_STEPS);
    let least = limitM;
    let atM = 0;
    let i = 0;
    let distance = startM ?? from(setPose(pose, places[0]!, places[1]!, cos[0]!, sin[0]!, timesS[0]!));
    for (;;) {
      // Written so that NaN stays the answer.
      if (!(distance >= least)) least = distance;
      const spareM = distance - least;
      if (!(spareM < wholeM - atM) || (any && least < limitM)) return least;
      const nextM = atM + Math.max(spareM, limitM - least > TOO_NEAR_M ? coarseM : stepM);
      // On to the last place that is not beyond that, or, where places are farther apart, to a pose between two.
      while (i < count - 2 && movedM[i + 1]! + nearsMps * timesS[i + 1]! <= atM) i++;
      let k = i;
      while (k < count - 1 && movedM[k + 1]! + nearsMps * timesS[k + 1]! <= nextM) k++;
      const placeM = movedM[k]! + nearsMps * timesS[k]!;
      if (k > i && placeM > atM) {
        i = k;
        atM = placeM;
        distance = from(setPose(pose, places[2 * k]!, places[2 * k + 1]!, cos[k]!, sin[k]!, timesS[k]!));
        continue;
      }
      const share = (nextM - placeM) / (movedM[k + 1]! + nearsMps * timesS[k + 1]! - placeM);
      const yawRad = yawsRad[k]! + share * (yawsRad[k + 1]! - yawsRad[k]!);
      i = k;
      atM = nextM;
      const posed = setPose(
        pose,
        places[2 * k]! + share * (places[2 * k + 2]! - places[2 * k]!),
        places[2 * k + 1]! + share * (places[2 * k + 3]! - places[2 * k + 1]!),
        Math.cos(yawRad),
        Math.sin(yawRad),
        timesS[k]! + share * (timesS[k + 1]! - timesS[k]!),
      );
      distance = from(posed);
    }
  }
}
