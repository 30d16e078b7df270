import type { GoalRequest } from "./goal.js";
import type { Polygon } from "./robot-description.js";

/** Events from operators and the lifecycle to a controller. */
export type OperatorEvent = "configure" | "cleanup" | "cancel" | "pause" | "resume" | "estop" | "estop-reset";

/**
 * One thing that a controller was given, and when. What it does follows from these, in their order, and from nothing else. Measurements and goals are
 * named by their stamps: whoever wants to give them again has them.
 */
export type ControllerInput =
  | { readonly kind: "body" | "scan" | "frame"; readonly stampNs: bigint; readonly atNs: bigint }
  | {
      readonly kind: "goal";
      readonly goal: GoalRequest["kind"];
      readonly stampNs: bigint;
      readonly atNs: bigint;
      readonly frames: readonly string[];
    }
  /** Zones that the robot has to keep out of for the time being, all of them, in the odometry frame. */
  | { readonly kind: "zones"; readonly zonesM: readonly Polygon[] | "unknown" }
  | { readonly kind: "event"; readonly event: OperatorEvent }
  /** A plan was requested, for this frame. */
  | { readonly kind: "request"; readonly stampNs: bigint; readonly atNs: bigint; readonly steadyNs: bigint }
  /** The plan of the last request came, after so many iterations, or did not. */
  | { readonly kind: "plan"; readonly atNs: bigint; readonly iterations: number }
  | { readonly kind: "plan-failed" }
  | { readonly kind: "planner-restarted"; readonly steadyNs: bigint };
