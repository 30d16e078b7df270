import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CameraFrame } from "../../src/core/sensors.js";
import { diagnosticArray, diagnosticStatus } from "../../src/messages/diagnostics.js";
import { poseGoal, requestFromPose } from "../../src/messages/goal.js";
import { frameFromImage, imageFromFrame } from "../../src/messages/image.js";
import { messageFromScan, scanFromMessage } from "../../src/messages/laser-scan.js";
import { markersFromDrawings } from "../../src/messages/markers.js";
import { messageFromOdometry, odometryFromMessage } from "../../src/messages/odometry.js";
import { pathFromPoses } from "../../src/messages/path.js";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { header, stampFromNs, stampToNs } from "../../src/messages/stamp.js";
import { commandFromTwist, twistFromCommand, twistStampedFromCommand } from "../../src/messages/twist.js";
import type { MessageName, MessageTypes } from "../../src/messages/types.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { eventually, Peer, type Plain, withRos } from "./support.js";

const STAMP = 1_795_500_495_610_158_927n;
const STAMP_MESSAGE = { sec: 1_795_500_495, nanosec: 610_158_927 };

const frame: CameraFrame = {
  stampNs: STAMP,
  width: 5,
  height: 3,
  // A view into the middle of a larger buffer, as frames that were cut out of something are.
  rgb: Uint8Array.from({ length: 100 }, (_, i) => (i * 7) % 256).subarray(40, 85),
};
const scan = {
  stampNs: STAMP,
  angleMinRad: -1,
  angleIncrementRad: 0.5,
  rangeMinM: 0.0625,
  rangeMaxM: 6,
  rangesM: Float32Array.of(9, 9, 1.5, Number.POSITIVE_INFINITY, Number.NaN).subarray(2),
};
const odometry = {
  stampNs: STAMP,
  odomFromBase: { xM: 1.25, yM: -0.5, yawRad: 2 },
  twistInBase: { vxMps: 0.3, vyMps: 0.01, yawRateRps: -1.5 },
};
const twist = { kind: "twist", vxMps: 0.25, vyMps: 0, yawRateRps: -0.75 } as const;
const color = { r: 1, g: 0.5, b: 0, a: 1 };

/** One of each message that is published. */
const MESSAGES: { readonly [Name in MessageName]?: MessageTypes[Name] } = {
  "sensor_msgs/msg/Image": imageFromFrame(frame, "camera_optical"),
  "sensor_msgs/msg/LaserScan": messageFromScan(scan, "base_scan", 0.125),
  "sensor_msgs/msg/CameraInfo": {
    header: header(STAMP, "camera_optical"),
    width: 5,
    height: 3,
    distortion_model: "plumb_bob",
    d: Float64Array.of(0.1, 0.2),
    k: Float64Array.from({ length: 9 }, (_, i) => i),
    r: new Float64Array(9),
    p: Float64Array.from({ length: 12 }, (_, i) => -i),
  },
  "nav_msgs/msg/Odometry": messageFromOdometry(odometry, "odom", "base_link"),
  "nav_msgs/msg/Path": pathFromPoses([odometry.odomFromBase, odometry.odomFromBase], STAMP, 200_000_000n, "odom"),
  "geometry_msgs/msg/Twist": twistFromCommand(twist),
  "geometry_msgs/msg/TwistStamped": twistStampedFromCommand(twist, STAMP, "base_link"),
  "geometry_msgs/msg/PoseStamped": poseGoal(1, -2, 0.5, "odom", STAMP),
  "visualization_msgs/msg/MarkerArray": markersFromDrawings(
    [
      {
        kind: "line",
        ns: "a",
        pointsM: [
          [0, 1],
          [2, 3],
        ],
        widthM: 0.1,
        color,
      },
      { kind: "text", ns: "b", atM: [1, 2], text: "été", heightM: 0.2, color },
    ],
    STAMP,
    "odom",
  ),
  "diagnostic_msgs/msg/DiagnosticStatus": diagnosticStatus("rehearse: x", "robot", {
    level: "error",
    message: "no",
    values: { age_ms: 1.5 },
  }),
  "diagnostic_msgs/msg/DiagnosticArray": diagnosticArray(STAMP, [diagnosticStatus("a", "", { level: "stale", message: "m", values: {} })]),
  "rosgraph_msgs/msg/Clock": { clock: stampFromNs(STAMP) },
  "std_msgs/msg/String": { data: '{"mode": "été"}' },
  "std_msgs/msg/Bool": { data: true },
  "lifecycle_msgs/msg/TransitionEvent": {
    timestamp: STAMP,
    transition: { id: 1, label: "configure" },
    start_state: { id: 1, label: "unconfigured" },
    goal_state: { id: 10, label: "configuring" },
  },
};

/** What a plain object looks like after JSON from rclpy: arrays are lists, and numbers that JSON lacks are words. */
function jsonLike(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, jsonLike);
  if (Array.isArray(value)) return value.map(jsonLike);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonLike(item)]));
  return value;
}

describe("messages, between rclnodejs and rclpy", () => {
  const context = withRos();
  let peer: Peer;
  let endpoints: Endpoints;
  const names = Object.keys(MESSAGES) as MessageName[];
  const topicOf = (name: string) => `/to_peer/${name.split("/")[2]!.toLowerCase()}`;
  const received = new Map<string, unknown[]>();

  beforeAll(async () => {
    peer = await Peer.start();
    const node = context.ros.createNode("messages");
    endpoints = new Endpoints(context.ros, node);
    for (const name of names) await peer.subscribe(topicOf(name), name);
    node.spin();
  });

  afterAll(async () => {
    await peer.stop();
  });

  it.each(names)("%s arrives at rclpy as it was sent", async (name) => {
    const message = MESSAGES[name]!;
    const publication = endpoints.publish(name, topicOf(name), RELIABLE_QOS);
    await eventually(() => publication.subscribers === 1, "discovery");
    publication.send(message as never);
    const taken = await eventually(() => peer.taken(topicOf(name))[0], name);
    expect(taken).toMatchObject(jsonLike(message) as Plain);
  });

  const back: [MessageName, Plain, (message: never) => unknown, unknown][] = [
    [
      "sensor_msgs/msg/Image",
      { header: { stamp: STAMP_MESSAGE }, width: 5, height: 3, encoding: "rgb8", step: 15, data: [...frame.rgb] },
      frameFromImage as never,
      { ...frame, rgb: new Uint8Array(frame.rgb) },
    ],
    [
      "nav_msgs/msg/Odometry",
      jsonLike(MESSAGES["nav_msgs/msg/Odometry"]) as Plain,
      odometryFromMessage as never,
      { ...odometry, odomFromBase: { xM: 1.25, yM: -0.5, yawRad: expect.closeTo(2, 12) } },
    ],
    [
      "sensor_msgs/msg/LaserScan",
      { ...(jsonLike(MESSAGES["sensor_msgs/msg/LaserScan"]) as Plain) },
      scanFromMessage as never,
      { ...scan, frameId: "base_scan", rangesM: new Float32Array(scan.rangesM) },
    ],
    [
      "geometry_msgs/msg/TwistStamped",
      jsonLike(MESSAGES["geometry_msgs/msg/TwistStamped"]) as Plain,
      ((message: MessageTypes["geometry_msgs/msg/TwistStamped"]) => [
        commandFromTwist(message.twist),
        stampToNs(message.header.stamp),
      ]) as never,
      [twist, STAMP],
    ],
    [
      "geometry_msgs/msg/PoseStamped",
      jsonLike(MESSAGES["geometry_msgs/msg/PoseStamped"]) as Plain,
      requestFromPose as never,
      requestFromPose(MESSAGES["geometry_msgs/msg/PoseStamped"]!),
    ],
  ];

  it.each(back)("%s from rclpy is what was meant", async (name, message, convert, meant) => {
    const topic = topicOf(name).replace("to", "from");
    const taken: unknown[] = [];
    received.set(topic, taken);
    endpoints.subscribe(name, topic, RELIABLE_QOS, (given) => taken.push(convert(given as never)));
    await peer.advertise(topic, name);
    await eventually(async () => (await peer.count(topic)).subscribers === 1, "discovery");
    await peer.publish(topic, name, message);
    expect(await eventually(() => taken[0], name)).toEqual(meant);
  });

  it("a view published without a copy would arrive wrong: why `owned` is there", async () => {
    const topic = "/to_peer/view";
    await peer.subscribe(topic, "sensor_msgs/msg/Image");
    const publication = endpoints.publish("sensor_msgs/msg/Image", topic, RELIABLE_QOS);
    await eventually(() => publication.subscribers === 1, "discovery");
    publication.send({ ...imageFromFrame(frame, "camera"), data: frame.rgb });
    const { data } = (await eventually(() => peer.taken(topic)[0], "the image")) as { data: number[] };
    expect(data).not.toEqual([...frame.rgb]);
  });
});
