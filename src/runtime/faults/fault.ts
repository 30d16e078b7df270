import type { Rig } from "./rig.js";

/** One way for things to go wrong while the robot drives at speed, and what is allowed to come of it. */
export interface Fault {
  readonly name: string;
  /** What is done, in one line. */
  readonly what: string;
  readonly allowed: Allowed;
  /** How often it is tried when nobody says. */
  readonly repeats?: number;
  /** How long it lasts, and is watched, before it is lifted. */
  readonly holdMs: number;
  /** Whether the robot goes on by itself once the fault is lifted, or its goal is gone and it waits for one. */
  readonly after: "resumes" | "needs a goal";
  /** Everybody goes by `/clock`. */
  readonly simulatedTime?: boolean;
  /** Before the robot sets off. */
  prepare?(rig: Rig): void | Promise<void>;
  /** At speed. The instant before it is called is that of the fault. */
  inject(rig: Rig): void | Promise<void>;
  lift?(rig: Rig): void | Promise<void>;
}

export interface Allowed {
  /** From the fault to the first zero on `cmd_vel` that is followed by nothing but zeros; absent: the robot may go on. */
  readonly zeroMs?: number;
  /** From the fault to the robot's standing still; absent: the robot may go on. */
  readonly restMs?: number;
  /** Touches in one trial; absent: counted only, since nothing here could have prevented them. */
  readonly touches?: 0;
}
