import type { Embodiment } from "../core/embodiment.js";
import type { MotionModel } from "../core/motion.js";
import type { RobotDescription } from "../core/robot-description.js";
import { ackermann } from "./ackermann.js";
import { arm } from "./arm.js";
import { customEmbodiment, isBodyModule } from "./custom.js";
import { differential } from "./differential.js";
import { omnidirectional } from "./omnidirectional.js";

/** Every kind of body. A new one is one file and one line here; `tests/contract/embodiment.test.ts` then runs on it. */
export const EMBODIMENTS: readonly Embodiment[] = [differential, omnidirectional, ackermann, arm];

const BY_DRIVE: ReadonlyMap<string, Embodiment> = new Map(EMBODIMENTS.map((embodiment) => [embodiment.drive, embodiment]));

/** By its name, or by the absolute path of its module. Throws RangeError for a drive that is neither; robot files are refused before. */
export function embodimentOf({ drive }: Pick<RobotDescription, "drive">): Embodiment {
  const embodiment = BY_DRIVE.get(drive) ?? (isBodyModule(drive) ? customEmbodiment(drive) : undefined);
  if (embodiment === undefined) throw new RangeError(`no embodiment ${drive}: there are ${[...BY_DRIVE.keys()].join(", ")}`);
  return embodiment;
}

/** @param maxStepS longest step of the integration; default: the motion model's own */
export function motionModelOf(robot: RobotDescription, maxStepS?: number): MotionModel {
  return embodimentOf(robot).motion(robot, maxStepS);
}
