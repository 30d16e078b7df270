import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { LATCHED_QOS, RELIABLE_QOS, SENSOR_QOS } from "../../src/ros/rcl/qos.js";
import { Recorder } from "../../src/ros/rcl/recorder.js";
import { eventually, sleep, withRos } from "./support.js";

interface Written {
  topic: string;
  type: string;
  cdr: Uint8Array;
  receivedNs: bigint;
}

describe("a recorder", () => {
  const context = withRos();
  const written: Written[] = [];
  let endpoints: Endpoints;

  beforeAll(() => {
    const node = context.ros.createNode("publisher");
    endpoints = new Endpoints(context.ros, node);
    node.spin();
  });

  const of = (topic: string) => written.filter((message) => message.topic === topic);
  const recorders: Recorder[] = [];
  afterAll(() => {
    for (const recorder of recorders) recorder.stop();
  });

  it("writes what is published, byte by byte, whatever the QoS, and finds new topics", async () => {
    const latched = endpoints.publish("std_msgs/msg/String", "latched", LATCHED_QOS);
    latched.send({ data: "before" });
    const recorder = new Recorder(context.ros, {
      sink: { write: (topic, type, cdr, receivedNs) => void written.push({ topic, type, cdr, receivedNs }) },
    });
    recorders.push(recorder);
    recorder.start();
    await eventually(() => of("/latched").length === 1, "the latched message");
    // CDR, little endian: encapsulation header, length with the closing zero, text.
    expect([...of("/latched")[0]!.cdr]).toEqual([0, 1, 0, 0, 7, 0, 0, 0, ...Buffer.from("before"), 0]);
    expect(of("/latched")[0]!.type).toBe("std_msgs/msg/String");
    expect(Math.abs(Number(of("/latched")[0]!.receivedNs / 1_000_000n) - Date.now())).toBeLessThan(5000);

    const sensor = endpoints.publish("std_msgs/msg/Bool", "sensor", SENSOR_QOS);
    const reliable = endpoints.publish("std_msgs/msg/Bool", "reliable", RELIABLE_QOS);
    await eventually(() => sensor.subscribers === 1 && reliable.subscribers === 1, "the new topics");
    sensor.send({ data: true });
    reliable.send({ data: false });
    await eventually(() => of("/sensor").length === 1 && of("/reliable").length === 1, "both");
    expect([...of("/sensor")[0]!.cdr]).toEqual([0, 1, 0, 0, 1]);
    expect(recorder.counts).toMatchObject({ "/latched": 1, "/sensor": 1, "/reliable": 1 });
    expect(Object.keys(recorder.counts).some((topic) => topic === "/rosout" || topic === "/parameter_events")).toBe(false);
    recorder.stop();
    reliable.send({ data: true });
    await sleep(200);
    expect(of("/reliable")).toHaveLength(1);
  });

  it("writes only the topics that were named", async () => {
    const recorder = new Recorder(context.ros, { topics: ["/named"], name: "recorder2", sink: { write: () => undefined } });
    recorders.push(recorder);
    recorder.start();
    const named = endpoints.publish("std_msgs/msg/Bool", "named", RELIABLE_QOS);
    await eventually(() => named.subscribers === 1, "the named topic");
    named.send({ data: true });
    await eventually(() => recorder.counts["/named"] === 1, "the message");
    expect(Object.keys(recorder.counts)).toEqual(["/named"]);
  });
});
