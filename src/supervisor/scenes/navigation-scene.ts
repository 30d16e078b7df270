import { setTimeout as pause } from "node:timers/promises";
import type { Pose2 } from "../../core/body.js";
import type { Random } from "../../core/random.js";
import type { NavigationWorld, NavigationWorldDefinition } from "../../core/world.js";
import type { Mark } from "../../dashboard/terminal-view.js";
import { seededRandom } from "../../math/random.js";
import type { WorldState } from "../../ros/nodes/simulation-node.js";
import type { ControllerStatus } from "../../ros/nodes/status.js";
import { PAUSE_MS, type Scene, type Stage, until } from "./scene.js";

const TRAIL = 120;
const ROBOT_M = 0.18;
const SPARE_M = 0.1;

/** From place to place; drawn from above, or through the robot's own camera. */
export class NavigationScene implements Scene {
  private readonly world: NavigationWorld;
  private pose: Pose2 | undefined;
  private readonly trail: Pick<Pose2, "xM" | "yM">[] = [];

  constructor(
    private readonly definition: NavigationWorldDefinition,
    seed: number,
  ) {
    this.world = definition.create({ seed });
  }

  watch({ pose }: WorldState): void {
    this.pose = pose;
    this.trail.push(pose);
    this.trail.splice(0, this.trail.length - TRAIL);
  }

  async drive({ goals, simulation, count, seed, status, say }: Stage): Promise<void> {
    const random = seededRandom(seed).fork("tour");
    say("the controller is active; send goals of your own from another terminal: ./rehearse goal 1.2 0.4");
    let reached = 0;
    for (let n = 1; count === 0 || n <= count; n++) {
      const from = simulation.state!.pose;
      const goal = this.nextGoal(from, random);
      const pathM = this.world.shortestPathM(from, goal);
      const around = pathM > Math.hypot(goal.xM - from.xM, goal.yM - from.yM) + 0.01 ? ", round a corner" : "";
      say(`goal ${n}: (${goal.xM.toFixed(2)}, ${goal.yM.toFixed(2)}) m${around}, ${pathM.toFixed(2)} m of free path`);
      const outcome = await goals.pursuePose(goal, { timeoutMs: 60_000 });
      if (outcome.kind === "reached") {
        await pause(400);
        const { pose, collisions } = simulation.state!;
        const offM = Math.hypot(pose.xM - goal.xM, pose.yM - goal.yM);
        reached++;
        say(
          `goal ${n} reached after ${(outcome.durationMs / 1000).toFixed(1)} s, ${(100 * offM).toFixed(0)} cm off, ${collisions} collisions so far`,
        );
      } else if (outcome.kind === "dropped") {
        say("a goal of somebody else's came: the tour waits until it is done");
        await until(() => status()?.mode === "reached" || status()?.mode === "idle");
      } else say(`goal ${n}: ${outcome.kind === "refused" ? outcome.error.describe() : "not reached within 60 s"}`);
      await pause(PAUSE_MS);
    }
    say(`${reached} of ${count} goals reached, ${simulation.state!.collisions} collisions`);
  }

  picture(sizePx: number, status: ControllerStatus | undefined) {
    const { pose, world, definition } = this;
    if (pose === undefined) return undefined;
    const frame = world.frameAt(pose, sizePx);
    if (!("viewM" in definition.camera)) return { frame, marks: [] };
    const { viewM } = definition.camera;
    const px = (p: Pick<Pose2, "xM" | "yM">) => ({ xPx: (p.xM / viewM + 0.5) * sizePx - 0.5, yPx: (0.5 - p.yM / viewM) * sizePx - 0.5 });
    // Not over the robot itself, whose heading is to be seen.
    const behind = this.trail.filter((p) => Math.hypot(p.xM - pose.xM, p.yM - pose.yM) > ROBOT_M);
    const marks: Mark[] = behind.map((p) => ({ ...px(p), rgb: [150, 180, 220] }));
    const goal = placeOf(status);
    if (goal) {
      const { xPx, yPx } = px(goal);
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
        [0, 0],
      ] as const)
        marks.push({ xPx: xPx + dx, yPx: yPx + dy, rgb: [20, 150, 60] });
    }
    return { frame, marks };
  }

  goal(status: ControllerStatus | undefined): string {
    const goal = placeOf(status);
    return goal ? `(${goal.xM.toFixed(2)}, ${goal.yM.toFixed(2)}) m` : "none";
  }

  /** Two goals of three lie round a corner, so that doors are seen. */
  private nextGoal(from: Pose2, random: Random): Pose2 {
    const around = random.uniform() < 2 / 3;
    for (let tries = 0; ; tries++) {
      const goal = this.world.samplePose(random, SPARE_M);
      const straightM = Math.hypot(goal.xM - from.xM, goal.yM - from.yM);
      if (tries > 1000) return goal;
      if (straightM > 0.5 && this.world.shortestPathM(from, goal) > straightM + 0.01 === around) return goal;
    }
  }
}

function placeOf(status: ControllerStatus | undefined): { readonly xM: number; readonly yM: number } | undefined {
  const goal = status?.goal;
  return goal?.xM === undefined || goal.yM === undefined ? undefined : { xM: goal.xM, yM: goal.yM };
}
