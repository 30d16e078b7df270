import type { Qos } from "../messages/qos.js";

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
