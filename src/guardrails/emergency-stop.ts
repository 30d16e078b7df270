import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import type { Tensor } from "../core/tensor.js";
import { allKept } from "./all-kept.js";
import { isAtRest } from "./rest.js";

/** Latched: once pressed, only `reset` ends it, and only with the robot at rest and the button released. */
export class EmergencyStop implements Guardrail {
  readonly name = "emergency-stop";
  private latched = false;
  private held = false;

  get active(): boolean {
    return this.latched;
  }

  /** The button's state. Releasing it does not end the stop. */
  set(pressed: boolean): void {
    this.held = pressed;
    if (pressed) this.latched = true;
  }

  /** @returns false when the stop stays: the button is still held, or the robot is not (known to be) at rest */
  reset(now: Pick<BodyState, "odometry" | "lastOutput">): boolean {
    if (this.held || !isAtRest(now)) return false;
    this.latched = false;
    return true;
  }

  /** Planning goes on, so that a plan is there after the reset. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(_command: Command, _now: BodyState): Ruling | undefined {
    return this.latched ? { violation: { guardrail: this.name, value: 1, limit: 0, unit: "1" } } : undefined;
  }
}
