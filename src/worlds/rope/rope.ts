import type { Random } from "../../core/random.js";
import { clamp } from "../../math/angle.js";
import type { Contents } from "../table/contents.js";
import { type Link, Particles } from "../table/particles.js";
import { type Colour, type Picture, THING } from "../table/picture.js";
import type { Pusher } from "../table/pusher.js";
import { INSIDE_M, type Point } from "../table/table.js";

const POINTS = 25;
const SPACING_M = 0.02;
const RADIUS_M = 0.009;
/** How near to each other a bend may bring the neighbours of a point: 30° from straight. */
const BENT_M = 2 * SPACING_M * Math.cos(Math.PI / 12);
/** The rope in a state: `[x0, y0, x1, y1, …]` from one end to the other, metres. */
export const ROPE_NUMBERS = 2 * POINTS;

/** One point in so many is part of the truth: 9 of them, the ends included. */
const TOLD = 3;
/** The far end's, so that the two ends differ; against floor and pusher it differs in every channel, too. */
const FAR_END: Colour = [92, 20, 60];

const LINKS: readonly Link[] = [
  ...Array.from({ length: POINTS - 1 }, (_, a) => ({ a, b: a + 1, lengthM: SPACING_M, atLeast: false })),
  ...Array.from({ length: POINTS - 2 }, (_, a) => ({ a, b: a + 2, lengthM: BENT_M, atLeast: true })),
];

/** A chain of discs, joined at a fixed distance, that bends so far and no farther and does not cross itself. */
export class Rope implements Contents {
  readonly quantities = Array.from({ length: Math.ceil(POINTS / TOLD) }, (_, i) =>
    ["x", "y"].map((axis) => ({ name: `rope.${i * TOLD}.${axis}`, unit: "m" })),
  ).flat();
  readonly pushM = 0.16;
  private readonly particles = new Particles(POINTS, RADIUS_M, LINKS);
  readonly numbers = this.particles.positions;

  truth(): readonly number[] {
    return this.quantities.map((_, i) => this.numbers[2 * TOLD * Math.floor(i / 2) + (i % 2)]!);
  }

  /** Anywhere, curved by chance. */
  scatter(random: Random): void {
    const { numbers } = this;
    do {
      let heading = 2 * Math.PI * random.uniform();
      let bend = 0.15 * random.normal();
      numbers[0] = INSIDE_M * (2 * random.uniform() - 1);
      numbers[1] = INSIDE_M * (2 * random.uniform() - 1);
      for (let i = 2; i < numbers.length; i += 2) {
        numbers[i] = numbers[i - 2]! + SPACING_M * Math.cos(heading);
        numbers[i + 1] = numbers[i - 1]! + SPACING_M * Math.sin(heading);
        bend = clamp(0.8 * bend + 0.12 * random.normal(), -0.4, 0.4);
        heading += bend;
      }
    } while (!this.isLaidOut());
  }

  covers(xM: number, yM: number): boolean {
    return this.particles.touches(xM, yM);
  }

  step(pusher: Pusher): void {
    this.particles.step(pusher);
  }

  draw(picture: Picture): void {
    const { numbers } = this;
    for (let i = 0; i < numbers.length; i += 2) {
      const fraction = i / (numbers.length - 2);
      const colour = THING.map((channel, c) => channel + fraction * (FAR_END[c]! - channel)) as unknown as Colour;
      picture.disc(numbers[i]!, numbers[i + 1]!, RADIUS_M, colour);
      if (i === 0) continue;
      // Midway to the point before: without it the rope would be drawn as beads.
      picture.disc((numbers[i]! + numbers[i - 2]!) / 2, (numbers[i + 1]! + numbers[i - 1]!) / 2, RADIUS_M, colour);
    }
  }

  samplePoint(random: Random): Point {
    const i = 2 * Math.floor(POINTS * random.uniform());
    return { xM: this.numbers[i]!, yM: this.numbers[i + 1]! };
  }

  /** Inside the walls, and nowhere across itself. */
  private isLaidOut(): boolean {
    const { numbers } = this;
    for (let i = 0; i < numbers.length; i += 2) {
      if (Math.max(Math.abs(numbers[i]!), Math.abs(numbers[i + 1]!)) > INSIDE_M - 0.03) return false;
      for (let j = i + 4; j < numbers.length; j += 2) {
        if (Math.hypot(numbers[i]! - numbers[j]!, numbers[i + 1]! - numbers[j + 1]!) < 2 * RADIUS_M) return false;
      }
    }
    return true;
  }
}
