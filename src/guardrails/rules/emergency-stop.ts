import type { Guardrail, Ruling } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { isAtRest } from "../axes.js";
import { allKept, stop } from "../rule.js";

/** Latched: once pressed, only `reset` ends it, and only with the robot at rest and the button released. */
export class EmergencyStop implements Guardrail {
  readonly name = "emergency-stop";
  /** Planning goes on, so that a plan is there after the reset. */
  readonly margin = allKept;
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
  reset(now: Parameters<typeof isAtRest>[1]): boolean {
    if (this.held || !isAtRest(this.robot, now)) return false;
    this.latched = false;
    return true;
  }

  /** Whatever the command. */
  check(): Ruling | undefined {
    return this.latched ? stop("emergency-stop", 1, 0, "1") : undefined;
  }
}
