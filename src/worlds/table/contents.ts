import type { Quantity } from "../../core/model.js";
import type { Random } from "../../core/random.js";
import type { Picture } from "./picture.js";
import type { Pusher } from "./pusher.js";
import type { Point } from "./table.js";

/**
 * What lies on a table. It moves only while it is pushed: friction with the table stops everything else at once. So `numbers` is its whole
 * state, and a step is a function of it and of the pusher alone.
 */
export interface Contents {
  readonly numbers: Float64Array;
  /** Names of the numbers in `truth`, in that order. */
  readonly quantities: readonly Quantity[];
  truth(): readonly number[];
  /** Draws a layout, all of it inside the walls. */
  scatter(random: Random): void;
  /** Whether a pusher there would overlap something. */
  covers(xM: number, yM: number): boolean;
  /** After the pusher made its own step. May hold it back. */
  step(pusher: Pusher): void;
  draw(picture: Picture): void;
  /** How far explorers push at most, from the point on that they push at. */
  readonly pushM: number;
  /** A point of an object, for explorers to push at. */
  samplePoint(random: Random): Point;
}
