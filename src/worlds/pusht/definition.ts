import type { Judgement, TaskState } from "../../core/world.js";
import { wrapAngle } from "../../math/angle.js";
import { tableWorldDefinition } from "../table/definition.js";
import { PX_M } from "../table/table.js";
import { contentsOf, pusherOf } from "../table/table-world.js";
import { BLOCK_NUMBERS, Block, blockPose, outline } from "./block.js";

/** PushT with goals 25 control periods away, as in DINO-WM (arXiv:2411.04983) and after it; physics: docs/reference/worlds.md. */
export const PUSHT = tableWorldDefinition({
  contents: () => new Block(),
  errorUnit: "px",
  ticks: 25,
  judge,
  worthwhile: (start, goal) => blockPart(start, goal).movedPx >= 10,
});

/** Part of the pusher's own distance in the error: enough to bring it home, too little to leave the block for it. */
const PUSHER_SHARE = 0.25;

/** Customary: 20 px over all four coordinates, and 20°. Strict: the block within 15 px and 15°, too. Error: how far the block's corners are off, plus a part of the pusher's distance. */
function judge(state: TaskState, goal: TaskState): Judgement {
  const [a, b] = [pusherOf(state), pusherOf(goal)];
  const pusherPx = Math.hypot(a.xM - b.xM, a.yM - b.yM) / PX_M;
  const { movedPx, turnedRad, cornersPx } = blockPart(state, goal);
  const benchmark = Math.hypot(pusherPx, movedPx) < 20 && turnedRad < Math.PI / 9;
  return {
    error: cornersPx + PUSHER_SHARE * pusherPx,
    benchmark,
    strict: benchmark && movedPx < 15 && turnedRad < Math.PI / 12,
  };
}

function blockPart(state: TaskState, goal: TaskState): { movedPx: number; turnedRad: number; cornersPx: number } {
  const [a, b] = [contentsOf(state, BLOCK_NUMBERS), contentsOf(goal, BLOCK_NUMBERS)];
  const [from, to] = [blockPose(a), blockPose(b)];
  const [corners, goals] = [outline(a), outline(b)];
  let sumM = 0;
  for (let i = 0; i < corners.length; i += 2) sumM += Math.hypot(corners[i]! - goals[i]!, corners[i + 1]! - goals[i + 1]!);
  return {
    movedPx: Math.hypot(from.xM - to.xM, from.yM - to.yM) / PX_M,
    turnedRad: Math.abs(wrapAngle(from.angleRad - to.angleRad)),
    cornersPx: sumM / (corners.length / 2) / PX_M,
  };
}
