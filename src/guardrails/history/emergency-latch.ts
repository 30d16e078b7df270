import type { BodyState } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { isAtRest } from "../axes.js";

/** Latched: once pressed, only `reset` ends it, and only with the robot at rest and the button released. */
export class EmergencyLatch {
  private latched = false;
  private held = false;

  constructor(private readonly robot: RobotDescription) {}

  get active(): boolean {
    return this.latched;
  }

  /** The button's state. Releasing it does not end the stop. */
  set(pressed: boolean): void {
    this.held = pressed;
    if (pressed) this.latched = true;
  }

  /** @returns false when the stop stays: the button is still held, or the robot is not (known to be) at rest */
  reset(state: Pick<BodyState, "odometry" | "joints" | "lastOutput">): boolean {
    if (this.held || !isAtRest(this.robot, state)) return false;
    this.latched = false;
    return true;
  }
}
