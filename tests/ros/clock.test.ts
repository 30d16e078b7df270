import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.js";
import { rosClock, systemClock } from "../../src/ros/rcl/clock.js";
import { eventually, Peer, type PeerQos, withRos } from "./support.js";

describe("the clock of a node", () => {
  const context = withRos(["--ros-args", "-p", "simulated:use_sim_time:=true"]);
  let peer: Peer;

  beforeAll(async () => {
    peer = await Peer.start();
  });

  afterAll(async () => {
    await peer.stop();
  });

  const clockOf = (name: string): Clock => {
    const node = context.ros.createNode(name);
    const clock = rosClock(context.ros, node);
    node.spin();
    return clock;
  };

  it("is the machine's, to the nanosecond, unless told otherwise", () => {
    for (const clock of [clockOf("real"), systemClock(context.ros)]) {
      expect(Math.abs(Number(clock.nowNs() / 1_000_000n) - Date.now())).toBeLessThan(100);
      const steady = clock.steadyNs();
      expect(clock.steadyNs()).toBeGreaterThanOrEqual(steady);
    }
  });

  it.each(["sensor", "reliable"] as PeerQos[])(
    "is /clock's with use_sim_time, also from a %s publisher, and may jump back",
    async (qos) => {
      const topic = "/clock";
      // Another peer for each QoS: one publisher a topic.
      const source = await Peer.start();
      const clock = clockOf("simulated");
      expect(clock.nowNs()).toBe(0n);
      await source.advertise(topic, "rosgraph_msgs/msg/Clock", qos);
      await eventually(async () => (await source.count(topic)).subscribers > 0, "discovery");
      for (const sec of [100, 200, 50]) {
        await eventually(async () => {
          await source.publish(topic, "rosgraph_msgs/msg/Clock", { clock: { sec, nanosec: 7 } }, qos);
          return clock.nowNs() === BigInt(sec) * 1_000_000_000n + 7n;
        }, `second ${sec}`);
      }
      const steady = clock.steadyNs();
      expect(Number(steady)).toBeGreaterThan(0);
      await source.stop();
    },
  );

  it("changes over when use_sim_time is set while running", async () => {
    const clock = clockOf("changing");
    const set = (value: boolean) =>
      peer.call("/changing/set_parameters", "rcl_interfaces/srv/SetParameters", {
        parameters: [{ name: "use_sim_time", value: { type: 1, bool_value: value } }],
      });
    await set(true);
    expect(clock.nowNs()).toBe(0n);
    await set(false);
    expect(clock.nowNs()).toBeGreaterThan(10n ** 18n);
  });
});
