import type { Pose2 } from "../../core/body.js";
import type { DriveState } from "../../motion/differential-drive.js";
import { type Box, distanceToSurfaceM, type FloorPlan } from "./plan.js";

/** Further than this from a surface, the touch is over and the next one counts again. */
const SEPARATION_M = 0.001;

/** A body against walls and border. */
export interface Touching {
  /** Touches so far. */
  readonly count: number;
  /** Forgets present contacts, not the count. */
  release(): void;
  /** @param state after a step so short that the body cannot pass a wall within it */
  resolve(state: DriveState): DriveState;
  /** Distance from the body's edge to the nearest surface. */
  clearanceM(pose: Pose2): number;
}

/**
 * A disc against walls and border: what would overlap is pushed out along the surface's normal (so the robot slides along it), and the speed
 * into the surface is lost; of what remains, a body on wheels keeps only the part along its heading. Counts touches per
 * surface: one when contact begins, none until the disc has left that surface.
 */
export class Contact implements Touching {
  count = 0;
  /** Sides of the arena (-x, +x, -y, +y), then the walls. */
  private readonly touching: boolean[];

  constructor(
    private readonly plan: FloorPlan,
    private readonly radiusM: number,
    private readonly sideways = false,
  ) {
    this.touching = new Array<boolean>(4 + plan.walls.length).fill(false);
  }

  release(): void {
    this.touching.fill(false);
  }

  clearanceM({ xM, yM }: Pose2): number {
    return distanceToSurfaceM(this.plan, xM, yM) - this.radiusM;
  }

  resolve(state: DriveState): DriveState {
    const { arena, walls } = this.plan;
    const r = this.radiusM;
    let { xM, yM } = state.pose;
    const { yawRad } = state.pose;
    let { vxMps, vyMps } = state.twist;
    const lose = (normalX: number, normalY: number) => {
      const ahead = Math.cos(yawRad) * normalX + Math.sin(yawRad) * normalY;
      if (!this.sideways) {
        if (vxMps * ahead < 0) vxMps *= 1 - ahead * ahead;
        return;
      }
      const aside = Math.cos(yawRad) * normalY - Math.sin(yawRad) * normalX;
      const into = Math.min(0, vxMps * ahead + vyMps * aside);
      vxMps -= into * ahead;
      vyMps -= into * aside;
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
    // The deepest first: where walls lie flush, the corner of one may seem to overlap from inside the other.
    const near = walls.flatMap((wall, i) => (gapTo(xM, yM, wall) < r ? [i] : []));
    near.sort((a, b) => gapTo(xM, yM, walls[a]!) - gapTo(xM, yM, walls[b]!));
    for (const i of near) {
      const { gapM, normalX, normalY } = separation(xM, yM, walls[i]!);
      push(4 + i, gapM - r, normalX, normalY);
    }
    for (let i = 0; i < walls.length; i++) {
      if (this.touching[4 + i] && gapTo(xM, yM, walls[i]!) - r > SEPARATION_M) this.touching[4 + i] = false;
    }
    push(0, xM - arena.minXM - r, 1, 0);
    push(1, arena.maxXM - xM - r, -1, 0);
    push(2, yM - arena.minYM - r, 0, 1);
    push(3, arena.maxYM - yM - r, 0, -1);
    if (xM === state.pose.xM && yM === state.pose.yM) return state;
    return { pose: { xM, yM, yawRad }, twist: { ...state.twist, vxMps, vyMps } };
  }
}

function gapTo(xM: number, yM: number, box: Box): number {
  return separation(xM, yM, box).gapM;
}

/** Distance and unit normal from a box to a point outside it. */
function separation(xM: number, yM: number, box: Box): { gapM: number; normalX: number; normalY: number } {
  const dx = xM - Math.min(box.maxXM, Math.max(box.minXM, xM));
  const dy = yM - Math.min(box.maxYM, Math.max(box.minYM, yM));
  const gapM = Math.sqrt(dx * dx + dy * dy);
  return { gapM, normalX: dx / gapM, normalY: dy / gapM };
}
