import type { Random } from "../core/random.js";
import type { Rig } from "./rig.js";

/** Trials of what must be noticed at once and takes little time to try: enough for a spread. */
export const TIMED_REPEATS = 5;

/** One fault, done to processes or sensors while the robot drives, and what may come of it. */
export interface Fault {
  readonly name: string;
  /** What is done, in one line. */
  readonly what: string;
  readonly allowed: Allowed;
  /** Number of trials unless one is given; absent: `DEFAULT_REPEATS`. */
  readonly repeats?: number;
  /** How long it lasts, and is watched, before it is lifted. */
  readonly holdMs: number;
  /** When it comes: at 0.5 m/s or more (the default), or whenever it may be between setting off and a while after arriving. */
  readonly moment?: "at speed" | "any";
  /** Whether the robot goes on by itself once the fault is lifted, or its goal is gone, or may be reached, and it waits for the same or another one. */
  readonly after: "resumes" | "needs a goal" | "needs another goal";
  /** How often in one trial that happens which could leave something behind. */
  readonly cycles?: number;
  /** All processes use `/clock`. */
  readonly simulatedTime?: boolean;
  /** Before the robot sets off. */
  prepare?(rig: Rig): void | Promise<void>;
  /** The instant before it is called is that of the fault. */
  inject(rig: Rig, random: Random): void | Promise<void>;
  lift?(rig: Rig): void | Promise<void>;
  /** What else is not as it should be, once the robot went on; none: all is well. */
  objections?(rig: Rig): Promise<string[]>;
}

export interface Allowed {
  /** From the fault to the first zero on `cmd_vel` that is followed by nothing but zeros; absent: the robot may go on. */
  readonly zeroMs?: number;
  /** From the fault to the robot's standing still; absent: the robot may go on. */
  readonly restMs?: number;
  /** Touches in one trial; absent: counted only, since nothing here could have prevented them. */
  readonly touches?: 0;
}
