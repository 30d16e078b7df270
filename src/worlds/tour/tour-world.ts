import { type FloorOptions, FloorWorld } from "../floor/floor-world.js";
import { ROOMS_BODY } from "../rooms/rooms-world.js";
import { Camera } from "./camera.js";
import { type Flat, flatOf } from "./flat.js";

export interface TourOptions extends FloorOptions {
  /** Decides the flat and the paint of its walls; default: the one that the model was trained in. */
  readonly flatSeed?: number;
}

const FLAT_SEED = 1;

/** A flat of four rooms, seen by a camera that faces ahead. The seed decides the start, and the sensors' noise. */
export class TourWorld extends FloorWorld<Flat> {
  constructor(options: TourOptions) {
    const flatSeed = options.flatSeed ?? FLAT_SEED;
    super(options, {
      name: "tour",
      body: ROOMS_BODY,
      plan: () => flatOf(flatSeed),
      camera: (flat) => new Camera(flat, flatSeed),
    });
  }
}
