import type { Random } from "../../core/random.js";
import type { Contents } from "../table/contents.js";
import { Particles } from "../table/particles.js";
import { type Picture, THING } from "../table/picture.js";
import type { Pusher } from "../table/pusher.js";
import { INSIDE_M, type Point } from "../table/table.js";

export const GRAINS = 64;
export const GRAIN_RADIUS_M = 0.009;
/** The grains in a state: `[x0, y0, x1, y1, …]`, metres. */
export const GRAIN_NUMBERS = 2 * GRAINS;

/** Loose discs. */
export class Grains implements Contents {
  readonly quantities = [
    ...["grains.x", "grains.y", "grains.spread_x", "grains.spread_y"].map((name) => ({ name, unit: "m" })),
    ...Array.from({ length: GRAIN_NUMBERS }, (_, i) => ({ name: `grain.${i >> 1}.${i % 2 === 0 ? "x" : "y"}`, unit: "m" })),
  ];
  readonly pushM = 0.3;
  private readonly particles = new Particles(GRAINS, GRAIN_RADIUS_M);
  readonly numbers = this.particles.positions;

  /** Mean and standard deviation along each axis; then where every grain is. */
  truth(): readonly number[] {
    return [...this.moments(), ...this.numbers];
  }

  private moments(): number[] {
    const { numbers } = this;
    const mean = [0, 0];
    const square = [0, 0];
    for (let i = 0; i < numbers.length; i++) {
      mean[i % 2]! += numbers[i]! / GRAINS;
      square[i % 2]! += numbers[i]! ** 2 / GRAINS;
    }
    return [...mean, ...square.map((value, i) => Math.sqrt(Math.max(0, value - mean[i]! ** 2)))];
  }

  /** In a rectangle anywhere, by chance, without overlap. */
  scatter(random: Random): void {
    const { numbers } = this;
    const halfXM = 0.095 + 0.055 * random.uniform();
    const halfYM = 0.095 + 0.055 * random.uniform();
    const most = INSIDE_M - GRAIN_RADIUS_M - 0.01;
    const middleXM = (most - halfXM) * (2 * random.uniform() - 1);
    const middleYM = (most - halfYM) * (2 * random.uniform() - 1);
    for (let i = 0; i < numbers.length; i += 2) {
      do {
        numbers[i] = middleXM + halfXM * (2 * random.uniform() - 1);
        numbers[i + 1] = middleYM + halfYM * (2 * random.uniform() - 1);
      } while (overlapsEarlier(numbers, i));
    }
  }

  covers(xM: number, yM: number): boolean {
    return this.particles.touches(xM, yM);
  }

  step(pusher: Pusher): void {
    this.particles.step(pusher);
  }

  draw(picture: Picture): void {
    const { numbers } = this;
    for (let i = 0; i < numbers.length; i += 2) picture.disc(numbers[i]!, numbers[i + 1]!, GRAIN_RADIUS_M, THING);
  }

  samplePoint(random: Random): Point {
    const i = 2 * Math.floor(GRAINS * random.uniform());
    return { xM: this.numbers[i]!, yM: this.numbers[i + 1]! };
  }
}

function overlapsEarlier(positions: Float64Array, i: number): boolean {
  for (let j = 0; j < i; j += 2) {
    if (Math.hypot(positions[i]! - positions[j]!, positions[i + 1]! - positions[j + 1]!) < 2 * GRAIN_RADIUS_M) return true;
  }
  return false;
}
