import type { CommandNumbers } from "./command.js";
import type { RobotDescription } from "./robot-description.js";

/** One kind of body: all that the rest of the system has to know of it. It holds no state: every answer follows from the robot file. */
export interface Embodiment {
  /** `drive` in the robot file. */
  readonly drive: RobotDescription["drive"];
  /** What its commands are made of. */
  command(robot: RobotDescription): CommandNumbers;
}
