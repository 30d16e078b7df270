import { setTimeout as pause } from "node:timers/promises";
import type { TaskEpisode, TaskWorld, TaskWorldDefinition } from "../../core/world.js";
import type { WorldState } from "../../ros/nodes/simulation-node.js";
import type { ControllerStatus } from "../../ros/nodes/status.js";
import { pictureOf } from "../../worlds/goal-picture.js";
import { PAUSE_MS, type Scene, type Stage } from "./scene.js";

/** Real-time allowance, as a multiple of the budget in simulated time: the controller also has to detect that it is done. */
const PATIENCE = 4;

/** One episode after another, each with a goal picture; drawn with the goal shining through. */
export class TaskScene implements Scene {
  private readonly shown: TaskWorld;
  private readonly wanted: TaskWorld;
  private episode: TaskEpisode;
  private known = false;

  constructor(
    private readonly definition: TaskWorldDefinition,
    seed: number,
  ) {
    this.shown = definition.create({ seed });
    this.wanted = definition.create({ seed });
    this.episode = definition.episode(seed);
  }

  watch({ task }: WorldState): void {
    if (task === undefined) return;
    this.shown.restore(Float64Array.from(task));
    this.known = true;
  }

  async drive({ goals, simulation, count, seed, say }: Stage): Promise<void> {
    const { definition } = this;
    say("the controller is active; each goal is a picture");
    let solved = 0;
    for (let n = 1; count === 0 || n <= count; n++) {
      const at = seed + n - 1;
      if (n > 1) await simulation.setSeed(at);
      this.episode = definition.episode(at);
      const { start, goal } = this.episode;
      say(`goal ${n}: ${definition.judge(start, goal).error.toFixed(1)} ${definition.errorUnit} away`);
      let first: number | undefined;
      const beganMs = performance.now();
      const stop = simulation.watch(({ task }) => {
        if (task !== undefined && definition.judge(Float64Array.from(task), goal).benchmark) first ??= performance.now() - beganMs;
      });
      const timeoutMs = PATIENCE * definition.budgetTicks * definition.controlPeriodS * 1000;
      const outcome = await goals.pursueImage(pictureOf(definition, at, goal), { timeoutMs });
      await pause(400);
      stop();
      const error = definition.judge(this.shown.save(), goal).error;
      if (first !== undefined) solved++;
      const found = first === undefined ? "not solved" : `solved after ${(first / 1000).toFixed(1)} s`;
      const claim =
        outcome.kind === "refused"
          ? `, ${outcome.error.describe()}`
          : outcome.kind === "reached"
            ? ""
            : ", and the controller did not take it for done";
      say(`goal ${n}: ${found}, ${error.toFixed(1)} ${definition.errorUnit} off at the end${claim}`);
      await pause(PAUSE_MS);
    }
    say(`${solved} of ${count} goals solved`);
  }

  picture(sizePx: number) {
    if (!this.known) return undefined;
    this.wanted.restore(this.episode.goal);
    const frame = this.shown.frame(sizePx);
    const goal = this.wanted.frame(sizePx);
    const rgb = frame.rgb.map((shade, i) => Math.round(0.7 * shade + 0.3 * goal.rgb[i]!));
    return { frame: { ...frame, rgb }, marks: [] };
  }

  goal(status: ControllerStatus | undefined): string {
    if (!this.known || status?.goal === undefined) return "none";
    return `the picture that shines through, ${this.definition.judge(this.shown.save(), this.episode.goal).error.toFixed(1)} ${this.definition.errorUnit} away`;
  }
}
