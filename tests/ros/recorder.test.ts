import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LATCHED_QOS, RELIABLE_QOS, SENSOR_QOS } from "../../src/messages/qos.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
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

  it("goes on hearing a driver that starts again with another QoS, and what it has latched", async () => {
    const heard: string[] = [];
    const recorder = new Recorder(context.ros, {
      topics: ["/driver"],
      name: "recorder3",
      sink: { write: (_topic, _type, cdr) => void heard.push(Buffer.from(cdr.subarray(8, -1)).toString()) },
    });
    recorders.push(recorder);
    recorder.start();
    const reliable = endpoints.publish("std_msgs/msg/String", "driver", RELIABLE_QOS);
    await eventually(() => reliable.subscribers === 1, "the first driver");
    reliable.send({ data: "reliable" });
    await eventually(() => heard.includes("reliable"), "the first message");
    // Of another node: the QoS of a node's topic is one.
    const another = new Endpoints(context.ros, context.ros.createNode("driver"));
    const sensor = another.publish("std_msgs/msg/String", "driver", SENSOR_QOS);
    await eventually(() => sensor.subscribers === 1 && reliable.subscribers === 1, "the second driver");
    sensor.send({ data: "sensor" });
    reliable.send({ data: "reliable again" });
    await eventually(() => heard.includes("sensor") && heard.includes("reliable again"), "both drivers");
    expect(heard).toEqual(expect.arrayContaining(["reliable", "sensor", "reliable again"]));
    expect(heard).toHaveLength(3);
  });
});

describe("a recorder in simulated time", () => {
  const context = withRos(["--ros-args", "-p", "use_sim_time:=true"]);

  it("writes nothing before the first /clock, and then what is latched, too", async () => {
    const node = context.ros.createNode("simulator");
    const endpoints = new Endpoints(context.ros, node);
    node.spin();
    const written: Written[] = [];
    const recorder = new Recorder(context.ros, {
      topics: ["/odometer", "/map"],
      sink: { write: (topic, type, cdr, receivedNs) => void written.push({ topic, type, cdr, receivedNs }) },
    });
    recorder.start();
    const odometer = endpoints.publish("std_msgs/msg/Bool", "odometer", RELIABLE_QOS);
    endpoints.publish("std_msgs/msg/Bool", "map", LATCHED_QOS).send({ data: true });
    const clock = endpoints.publish("rosgraph_msgs/msg/Clock", "/clock", RELIABLE_QOS);
    for (let i = 0; i < 10; i++) {
      odometer.send({ data: false });
      await sleep(50);
    }
    expect(written).toEqual([]);
    await eventually(() => clock.subscribers > 0, "the clock");
    clock.send({ clock: { sec: 1_700_000_000, nanosec: 5 } });
    await eventually(() => odometer.subscribers === 1 && written.some(({ topic }) => topic === "/map"), "the latched message");
    odometer.send({ data: true });
    await eventually(() => written.some(({ topic }) => topic === "/odometer"), "a message");
    expect(new Set(written.map(({ receivedNs }) => receivedNs))).toEqual(new Set([1_700_000_000_000_000_005n]));
    recorder.stop();
  });
});
