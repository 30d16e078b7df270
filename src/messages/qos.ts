/** Quality of service of a topic, in the words of ROS 2 and of a bag's metadata. */
export interface Qos {
  readonly depth: number;
  readonly reliability: "reliable" | "best_effort";
  readonly durability: "volatile" | "transient_local";
}

/** Streams of which only the newest counts; matches reliable publishers as well as best-effort ones. */
export const SENSOR_QOS: Qos = { depth: 5, reliability: "best_effort", durability: "volatile" };
/** Commands and everything else that must arrive. */
export const RELIABLE_QOS: Qos = { depth: 10, reliability: "reliable", durability: "volatile" };
/** Whoever comes later still gets the last one: goals, the emergency stop, the plan's markers. */
export const LATCHED_QOS: Qos = { depth: 1, reliability: "reliable", durability: "transient_local" };
