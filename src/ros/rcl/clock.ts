import type { Clock } from "../../core/clock.js";
import { stampToNs, type TimeMessage } from "../../messages/stamp.js";
import type { Ros } from "./context.js";
import type { RclNode } from "./rclnodejs.js";

/**
 * The clock of a node: system time, or what `/clock` says while the node's `use_sim_time` is true (0 until its first message).
 * `/clock` is subscribed to here, best effort, in place of rclnodejs's own subscription: that one is reliable and receives nothing from publishers
 * that are not, which most simulators are. A time that no stamp can express is refused (RH-STAMP), and the last one holds.
 */
export function rosClock(ros: Ros, node: RclNode): Clock {
  const { rcl } = ros;
  let simulatedNs = 0n;
  let simulated = node.getParameter("use_sim_time").value === true;
  let subscription: ReturnType<RclNode["createSubscription"]> | undefined;
  const follow = (): void => {
    if (simulated && subscription === undefined) {
      const qos = new rcl.QoS(
        rcl.QoS.HistoryPolicy.RMW_QOS_POLICY_HISTORY_KEEP_LAST,
        1,
        rcl.QoS.ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT,
        rcl.QoS.DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_VOLATILE,
      );
      subscription = node.createSubscription("rosgraph_msgs/msg/Clock", "/clock", { qos }, (message: unknown) => {
        simulatedNs = stampToNs((message as { clock: TimeMessage }).clock);
      });
    }
  };
  follow();
  node.addPostSetParametersCallback((parameters) => {
    for (const parameter of parameters) if (parameter.name === "use_sim_time") simulated = parameter.value === true;
    follow();
  });
  const system = systemClock(ros);
  return { nowNs: () => (simulated ? simulatedNs : system.nowNs()), steadyNs: system.steadyNs };
}

/** The machine's own time, whatever `use_sim_time` says: for publishers of `/clock`. */
export function systemClock({ rcl }: Ros): Clock {
  const system = new rcl.Clock();
  return { nowNs: () => BigInt(system.now().nanoseconds), steadyNs: () => process.hrtime.bigint() };
}
