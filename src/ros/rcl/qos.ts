import type { Rcl } from "./rclnodejs.js";

/** What a topic needs of the middleware; without rclnodejs's numbers, so that it can be written down and compared. */
export interface QosProfile {
  readonly depth: number;
  readonly reliability: "reliable" | "best-effort";
  readonly durability: "volatile" | "transient-local";
}

/** Streams of which only the newest counts; matches reliable publishers as well as best-effort ones. */
export const SENSOR_QOS: QosProfile = { depth: 5, reliability: "best-effort", durability: "volatile" };
/** Commands and everything else that must arrive. */
export const RELIABLE_QOS: QosProfile = { depth: 10, reliability: "reliable", durability: "volatile" };
/** Whoever comes later still gets the last one: goals, the emergency stop, the plan's markers. */
export const LATCHED_QOS: QosProfile = { depth: 1, reliability: "reliable", durability: "transient-local" };

export function rclQos(rcl: Rcl, { depth, reliability, durability }: QosProfile): InstanceType<Rcl["QoS"]> {
  const { HistoryPolicy, ReliabilityPolicy, DurabilityPolicy } = rcl.QoS;
  return new rcl.QoS(
    HistoryPolicy.RMW_QOS_POLICY_HISTORY_KEEP_LAST,
    depth,
    reliability === "reliable"
      ? ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_RELIABLE
      : ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT,
    durability === "volatile"
      ? DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_VOLATILE
      : DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL,
  );
}
