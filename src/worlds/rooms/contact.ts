import type { DriveState } from "../../motion/differential-drive.js";
import type { Box, RoomsMap } from "./map.js";

/** Further than this from a surface, the touch is over and the next one counts again. */
const SEPARATION_M = 0.001;

/**
 * A disc against walls and border: what would overlap is pushed out along the surface's normal (so the robot slides along it), and the speed
 * into the surface is lost. Counts touches a surface: one when contact begins, none until the disc has left that surface.
 */
export class Contact {
  count = 0;
  /** Sides of the arena (-x, +x, -y, +y), then the two walls. */
  private readonly touching: boolean[] = [false, false, false, false, false, false];

  constructor(
    private readonly map: RoomsMap,
    private readonly radiusM: number,
  ) {}

  /** Forgets present contacts, not the count. */
  release(): void {
    this.touching.fill(false);
  }

  /** @param state after a step so short that a disc cannot pass a wall within it */
  resolve(state: DriveState): DriveState {
    const { arena, walls } = this.map;
    const r = this.radiusM;
    let { xM, yM } = state.pose;
    const { yawRad } = state.pose;
    let v = state.twist.vxMps;
    const lose = (normalX: number, normalY: number) => {
      const along = Math.cos(yawRad) * normalX + Math.sin(yawRad) * normalY;
      if (v * along < 0) v *= 1 - along * along;
    };
    const push = (surface: number, gapM: number, normalX: number, normalY: number) => {
      if (gapM < 0) {
        xM -= gapM * normalX;
        yM -= gapM * normalY;
        lose(normalX, normalY);
        if (!this.touching[surface]) this.count++;
        this.touching[surface] = true;
      } else if (gapM > SEPARATION_M) this.touching[surface] = false;
    };
    // Walls first: the arena's border is convex and at right angles to them where they meet, so it cannot push back into a wall.
    walls.forEach((wall, i) => {
      const { gapM, normalX, normalY } = separation(xM, yM, wall);
      push(4 + i, gapM - r, normalX, normalY);
    });
    push(0, xM - arena.minXM - r, 1, 0);
    push(1, arena.maxXM - xM - r, -1, 0);
    push(2, yM - arena.minYM - r, 0, 1);
    push(3, arena.maxYM - yM - r, 0, -1);
    if (xM === state.pose.xM && yM === state.pose.yM) return state;
    return { pose: { xM, yM, yawRad }, twist: { ...state.twist, vxMps: v } };
  }
}

/** Distance and unit normal from a box to a point outside it. */
function separation(xM: number, yM: number, box: Box): { gapM: number; normalX: number; normalY: number } {
  const dx = xM - Math.min(box.maxXM, Math.max(box.minXM, xM));
  const dy = yM - Math.min(box.maxYM, Math.max(box.minYM, yM));
  const gapM = Math.sqrt(dx * dx + dy * dy);
  return { gapM, normalX: dx / gapM, normalY: dy / gapM };
}
