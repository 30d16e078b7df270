import type { Random } from "../../core/random.js";

/** Patterns are kept as running sums at every centimetre, so that the mean over any stretch is one subtraction: no stretch is too long or short. */
const CELLS_PER_M = 100;

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * The paint of one wall face: bands of colour along it, times bands of brightness up it. Every band is random, so that the colours at a place show
 * which wall it is, and where on it.
 */
export class Paint {
  /** Integrals from the face's beginning, in grey levels times metres. */
  private readonly along: readonly [Float64Array, Float64Array, Float64Array];
  private readonly up: Float64Array;

  constructor(lengthM: number, heightM: number, random: Random) {
    const base = colour(random);
    const hues = bands(lengthM, 0.04, 0.22, random, () => base.map((v) => clampGrey(v + 50 * random.normal())) as unknown as Colour);
    const shades = bands(heightM, 0.05, 0.3, random, () => 0.5 + 0.5 * random.uniform());
    const channel = (c: number) => integral(hues.map((hue) => hue[c]!));
    this.along = [channel(0), channel(1), channel(2)];
    this.up = integral(shades);
  }

  /** Mean of a channel between two places along the face, metres from its beginning; beyond its ends it goes on as at them. */
  mean(channel: 0 | 1 | 2, fromM: number, toM: number): number {
    const sums = this.along[channel];
    const width = toM - fromM;
    if (Math.abs(width) < 1e-9) {
      const cell = Math.min(sums.length - 2, Math.max(0, Math.floor(fromM * CELLS_PER_M)));
      return (sums[cell + 1]! - sums[cell]!) * CELLS_PER_M;
    }
    return (at(sums, toM) - at(sums, fromM)) / width;
  }

  /** Integral of the brightness, 0…1, from the floor up to a height within the wall's. */
  shadeUpTo(heightM: number): number {
    return at(this.up, heightM);
  }
}

/** Bright or dark, any hue, never grey. */
function colour(random: Random): Colour {
  const hue = 6 * random.uniform();
  const value = 120 + 120 * random.uniform();
  const saturation = 0.35 + 0.5 * random.uniform();
  const channel = (shift: number) => {
    const k = (shift + hue) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

/** One entry a centimetre. */
function bands<T>(lengthM: number, leastM: number, mostM: number, random: Random, draw: () => T): T[] {
  const cells: T[] = [];
  const count = Math.ceil(lengthM * CELLS_PER_M);
  while (cells.length < count) {
    const value = draw();
    const width = Math.round((leastM + (mostM - leastM) * random.uniform()) * CELLS_PER_M);
    for (let i = 0; i < width && cells.length < count; i++) cells.push(value);
  }
  return cells;
}

function integral(cells: readonly number[]): Float64Array {
  const sums = new Float64Array(cells.length + 1);
  cells.forEach((value, i) => {
    sums[i + 1] = sums[i]! + value / CELLS_PER_M;
  });
  return sums;
}

/** A running sum at a place between its entries; beyond them it goes on as steeply as at its end. */
function at(sums: Float64Array, placeM: number): number {
  const cell = placeM * CELLS_PER_M;
  const whole = Math.min(sums.length - 2, Math.max(0, Math.floor(cell)));
  return sums[whole]! + (cell - whole) * (sums[whole + 1]! - sums[whole]!);
}

function clampGrey(value: number): number {
  return Math.min(245, Math.max(10, value));
}
