import type { Embodiment } from "../core/embodiment.js";
import type { RobotDescription } from "../core/robot-description.js";
import { arm } from "./arm.js";
import { differential } from "./differential.js";
import { omnidirectional } from "./omnidirectional.js";

/** Every kind of body. A new one is one file and one line here; `tests/contract/embodiment.test.ts` then runs on it. */
const EMBODIMENTS: readonly Embodiment[] = [differential, omnidirectional, arm];

export function embodimentOf({ drive }: Pick<RobotDescription, "drive">): Embodiment {
  return EMBODIMENTS.find((embodiment) => embodiment.drive === drive)!;
}
