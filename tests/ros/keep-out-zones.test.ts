import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Polygon } from "../../src/core/robot-description.js";
import type { PolygonStampedMessage } from "../../src/messages/polygon.js";
import { LATCHED_QOS, RELIABLE_QOS } from "../../src/messages/qos.js";
import { KeepOutZones } from "../../src/ros/nodes/keep-out-zones.js";
import { Endpoints, type Publication } from "../../src/ros/rcl/endpoints.js";
import { eventually, sleep, withRos } from "./support.js";

const TRIANGLE: Polygon = [
  [1, 0],
  [2, 0],
  [1, 1],
];
const SQUARE: Polygon = [
  [3, 0],
  [4, 0],
  [4, 1],
  [3, 1],
];
const message = (corners: readonly (readonly [number, number])[], frame = "odom"): PolygonStampedMessage => ({
  header: { stamp: { sec: 1, nanosec: 0 }, frame_id: frame },
  polygon: { points: corners.map(([x, y]) => ({ x, y, z: 0 })) },
});

describe("keep-out zones by publisher", () => {
  const context = withRos();
  let zones: KeepOutZones;
  let heard: readonly Polygon[] | "unknown" | undefined;
  let publishers: Publication<PolygonStampedMessage>[];
  const publisher = (name: string, qos = RELIABLE_QOS) => {
    const made = new Endpoints(context.ros, context.ros.createNode(name)).publish("geometry_msgs/msg/PolygonStamped", "/keep_out", qos);
    publishers.push(made);
    return made;
  };
  const zonesAre = (expected: readonly Polygon[] | "unknown") =>
    eventually(() => JSON.stringify(heard) === JSON.stringify(expected), `zones ${JSON.stringify(expected)}`).catch((error) => {
      throw new Error(`${error}: they are ${JSON.stringify(heard)}`);
    });

  let count = 0;
  beforeEach(() => {
    publishers = [];
    heard = undefined;
    const own = ++count;
    const endpoints = new Endpoints(context.ros, context.ros.createNode(`guard_${own}`));
    zones = new KeepOutZones(
      endpoints,
      () => ["odom"],
      (now) => {
        // Those of the tests before still listen.
        if (own === count) heard = now;
      },
    );
    endpoints.node.spin();
  });
  afterEach(() => {
    for (const one of publishers) one.end();
  });
  const say = async (from: Publication<PolygonStampedMessage>, what: PolygonStampedMessage) => {
    await eventually(() => from.subscribers > 0, "a listener");
    await sleep(100);
    from.send(what);
  };

  it("are those that each said last; an empty polygon ends one's own", async () => {
    const [one, other] = [publisher("one"), publisher("other")];
    await say(one, message(TRIANGLE));
    await zonesAre([TRIANGLE]);
    await say(other, message(SQUARE));
    await zonesAre([TRIANGLE, SQUARE]);
    await say(one, message([]));
    await zonesAre([SQUARE]);
    expect(zones.count).toBe(1);
  });

  it("that were latched before it began are heard", async () => {
    const early = publisher("early", LATCHED_QOS);
    early.send(message(SQUARE));
    await zonesAre([SQUARE]);
  });

  it("that cannot be used are anywhere, until the same node says one that can", async () => {
    const one = publisher("one");
    await say(one, message(TRIANGLE, "map"));
    await zonesAre("unknown");
    await say(one, message(TRIANGLE));
    await zonesAre([TRIANGLE]);
    await say(one, message(TRIANGLE.slice(0, 2)));
    await zonesAre("unknown");
    await say(one, message([[Number.NaN, 0], ...TRIANGLE]));
    await say(one, message([]));
    await zonesAre([]);
  });

  it("stay when their publisher vanishes, until a person has looked", async () => {
    const one = publisher("one");
    await say(one, message(TRIANGLE));
    await zonesAre([TRIANGLE]);
    one.end();
    await sleep(500);
    expect(heard).toEqual([TRIANGLE]);
    zones.acknowledgeGone();
    await zonesAre([]);
  });
});
