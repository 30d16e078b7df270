/** Quality of service that a publisher of a topic offers, as far as it matters for replay. */
export interface Qos {
  readonly reliability: "reliable" | "best_effort";
  readonly durability: "volatile" | "transient_local";
  readonly depth: number;
}

export const SENSOR_QOS: Qos = { reliability: "best_effort", durability: "volatile", depth: 5 };
export const COMMAND_QOS: Qos = { reliability: "reliable", durability: "volatile", depth: 10 };
export const LATCHED_QOS: Qos = { reliability: "reliable", durability: "transient_local", depth: 1 };

/** Largest duration of rmw: "no limit". */
const INFINITE = { sec: 9223372036, nsec: 854775807 } as const;

/** A profile in the form of rosbag2 metadata, version 9 (names instead of numbers). */
export function qosProfile(qos: Qos): Record<string, unknown> {
  return {
    history: "keep_last",
    depth: qos.depth,
    reliability: qos.reliability,
    durability: qos.durability,
    deadline: { ...INFINITE },
    lifespan: { ...INFINITE },
    liveliness: "automatic",
    liveliness_lease_duration: { ...INFINITE },
    avoid_ros_namespace_conventions: false,
  };
}
