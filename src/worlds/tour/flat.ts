import type { Random } from "../../core/random.js";
import { seededRandom } from "../../math/random.js";
import type { Box, FloorPlan } from "../floor/plan.js";

/** Four rooms around a cross of walls, each joined to the next two by a door, with pillars and cupboards in them; all as high as the walls. */
export type Flat = FloorPlan;

const ARENA: Box = { minXM: -3, minYM: -2.5, maxXM: 3, maxYM: 2.5 };
const WALL_THICKNESS_M = 0.12;
const DOOR_WIDTH_M = 0.9;
/** Left of a wall beside its doors, at least. */
const WALL_REST_M = 0.15;
/** Kept free around everything that stands in a room, doors included: a robot 0.3 m wide gets around it with room to spare. */
const AISLE_M = 0.65;

/** Where the two horizontal walls and the four doors are is drawn from the seed, and so is what stands in the rooms. */
export function flatOf(seed: number): Flat {
  const random = seededRandom(seed).fork("flat");
  const half = WALL_THICKNESS_M / 2;
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const crossXM = between(-0.3, 0.3);
  const leftYM = between(-0.4, 0.4);
  const rightYM = between(-0.4, 0.4);
  const door = (low: number, high: number) => {
    const room = DOOR_WIDTH_M / 2 + WALL_REST_M;
    return between(low + room, high - room);
  };
  const below = door(ARENA.minYM, Math.min(leftYM, rightYM) - half);
  const above = door(Math.max(leftYM, rightYM) + half, ARENA.maxYM);
  const left = door(ARENA.minXM, crossXM - half);
  const right = door(crossXM + half, ARENA.maxXM);
  const d = DOOR_WIDTH_M / 2;
  const upright = (minYM: number, maxYM: number): Box => ({ minXM: crossXM - half, maxXM: crossXM + half, minYM, maxYM });
  const level = (yM: number, minXM: number, maxXM: number): Box => ({ minXM, maxXM, minYM: yM - half, maxYM: yM + half });
  const walls = [
    upright(ARENA.minYM, below - d),
    upright(below + d, above - d),
    upright(above + d, ARENA.maxYM),
    level(leftYM, ARENA.minXM, left - d),
    level(leftYM, left + d, crossXM - half),
    level(rightYM, crossXM + half, right - d),
    level(rightYM, right + d, ARENA.maxXM),
  ];
  const doors = [
    upright(below - d, below + d),
    upright(above - d, above + d),
    level(leftYM, left - d, left + d),
    level(rightYM, right - d, right + d),
  ];
  const rooms: readonly Box[] = [
    { minXM: ARENA.minXM, maxXM: crossXM - half, minYM: ARENA.minYM, maxYM: leftYM - half },
    { minXM: ARENA.minXM, maxXM: crossXM - half, minYM: leftYM + half, maxYM: ARENA.maxYM },
    { minXM: crossXM + half, maxXM: ARENA.maxXM, minYM: rightYM + half, maxYM: ARENA.maxYM },
    { minXM: crossXM + half, maxXM: ARENA.maxXM, minYM: ARENA.minYM, maxYM: rightYM - half },
  ];
  const standing: Box[] = [];
  for (const room of rooms) {
    standing.push(...furnish(room, [...doors, ...standing], random));
  }
  return { arena: ARENA, walls: [...walls, ...standing] };
}

/** A cupboard and a pillar, as far as there is room for them. */
function furnish(room: Box, others: readonly Box[], random: Random): Box[] {
  const placed: Box[] = [];
  for (const [least, most] of [
    [0.3, 0.6],
    [0.18, 0.3],
  ] as const) {
    for (let attempt = 0; attempt < 200; attempt++) {
      const width = least + (most - least) * random.uniform();
      const depth = least + (most - least) * random.uniform();
      const minXM = room.minXM + AISLE_M + (room.maxXM - room.minXM - 2 * AISLE_M - width) * random.uniform();
      const minYM = room.minYM + AISLE_M + (room.maxYM - room.minYM - 2 * AISLE_M - depth) * random.uniform();
      const box = { minXM, minYM, maxXM: minXM + width, maxYM: minYM + depth };
      if ([...others, ...placed].every((other) => gapM(box, other) >= AISLE_M)) {
        placed.push(box);
        break;
      }
    }
  }
  return placed;
}

function gapM(a: Box, b: Box): number {
  const dx = Math.max(a.minXM - b.maxXM, b.minXM - a.maxXM, 0);
  const dy = Math.max(a.minYM - b.maxYM, b.minYM - a.maxYM, 0);
  return Math.hypot(dx, dy);
}
