import type { PosedPath } from "../math/points.js";

/** Least distances of a path to things that must not be touched, metres: from the centre of a disc, from the edge of a footprint of polygons. */
export interface Surroundings {
  /** To each of them. */
  each(path: PosedPath): readonly number[];
  /** To the nearest; when it only matters whether it is below `enoughM`, any that is below it will do. */
  least(path: PosedPath, enoughM?: number): number;
  /** Whether something that was too near before is too near again: much less work than all of them. Absent: `least` is little work. */
  suspicious?(path: PosedPath, enoughM: number): boolean;
}

/** What knows each distance knows the least. */
export function surroundedBy(each: Surroundings["each"]): Surroundings {
  return { each, least: (path) => Math.min(...each(path)) };
}
