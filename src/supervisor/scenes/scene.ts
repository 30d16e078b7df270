import { setTimeout as pause } from "node:timers/promises";
import type { CameraFrame } from "../../core/sensors.js";
import type { Mark } from "../../dashboard/terminal-view.js";
import type { GoalClient } from "../../ros/clients/goal-client.js";
import type { SimulationClient } from "../../ros/clients/simulation-client.js";
import type { WorldState } from "../../ros/nodes/simulation-node.js";
import type { ControllerStatus } from "../../ros/nodes/status.js";

/** What one kind of world shows of itself, and how it keeps its robot busy. */
export interface Scene {
  watch(state: WorldState): void;
  /** One goal after another; ends when the requested number is done. */
  drive(stage: Stage): Promise<void>;
  /** The world as it is now, with everything to draw in it; undefined before it is known. */
  picture(
    sizePx: number,
    status: ControllerStatus | undefined,
  ): { readonly frame: CameraFrame; readonly marks: readonly Mark[] } | undefined;
  /** The current goal, in words. */
  goal(status: ControllerStatus | undefined): string;
}

/** What a scene drives with. */
export interface Stage {
  readonly goals: GoalClient;
  readonly simulation: SimulationClient;
  /** Goals to drive to; 0: without end. */
  readonly count: number;
  readonly seed: number;
  status(): ControllerStatus | undefined;
  say(line: string): void;
}

export async function until(isIt: () => boolean): Promise<void> {
  while (!isIt()) await pause(50);
}

/** From one goal to the next. */
export const PAUSE_MS = 1500;
