import { describe, expect, it } from "vitest";
import { qosFor, unmatched } from "../../../src/introspection/qos-match.js";
import type { EndpointInfo } from "../../../src/ros/clients/graph-client.js";

const endpoint = (node: string, more: Partial<EndpointInfo> = {}): EndpointInfo => ({
  node,
  type: "std_msgs/msg/Bool",
  gid: "",
  reliability: "reliable",
  durability: "volatile",
  history: "unknown",
  depth: 0,
  ...more,
});

describe("qosFor", () => {
  it("asks for no more than every publisher offers", () => {
    const latched = endpoint("/a", { durability: "transient local" });
    expect(qosFor([latched], {})).toEqual({ depth: 10, reliability: "reliable", durability: "transient_local" });
    expect(qosFor([latched, endpoint("/b")], {}).durability).toBe("volatile");
    expect(qosFor([latched, endpoint("/b", { reliability: "best effort" })], {}).reliability).toBe("best_effort");
    expect(qosFor([], {})).toEqual({ depth: 10, reliability: "best_effort", durability: "volatile" });
    expect(qosFor([latched], { durability: "volatile", depth: 3 })).toMatchObject({ durability: "volatile", depth: 3 });
  });
});

describe("unmatched", () => {
  it("says why a pair can never match", () => {
    const asks = endpoint("/sub", { durability: "transient local" });
    expect(unmatched([endpoint("/pub", { reliability: "best effort" })], [asks])).toEqual([
      "/sub hears nothing of /pub: it publishes best effort, and reliable is asked for; it publishes volatile, and transient local is asked for",
    ]);
    expect(unmatched([endpoint("/pub", { type: "geometry_msgs/msg/Twist" })], [endpoint("/sub")])).toHaveLength(1);
    expect(unmatched([endpoint("/pub")], [endpoint("/sub", { reliability: "best effort" })])).toEqual([]);
  });
});
