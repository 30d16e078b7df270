import { join } from "node:path";
import { expect, test } from "vitest";
import { RELIABLE_QOS } from "../../../src/messages/qos.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { findObservationTopics, OBSERVATION_TOPICS } from "../../../src/recording/observation-topics.js";
import { temporaryFolder } from "./temporary-folder.js";

const TYPES = {
  image: "sensor_msgs/msg/Image",
  odometry: "nav_msgs/msg/Odometry",
  scan: "sensor_msgs/msg/LaserScan",
  stamped: "geometry_msgs/msg/TwistStamped",
  twist: "geometry_msgs/msg/Twist",
} as const;

/** A bag with a message on each of these topics. */
async function bagOf(topics: Readonly<Record<string, keyof typeof TYPES>>): Promise<BagReader> {
  const path = join(temporaryFolder(), "a.mcap");
  const bag = await BagFile.create(path);
  for (const [name, type] of Object.entries(topics)) bag.write({ name, type: TYPES[type], qos: RELIABLE_QOS }, {}, 1n);
  await bag.close();
  return BagReader.open(path);
}

test("topics of the project's own names are taken, whatever else is there", async () => {
  const bag = await bagOf({ "/image": "image", "/robot1/image": "image", "/odom": "odometry", "/odom_wheel": "odometry", "/scan": "scan" });
  expect(findObservationTopics(bag)).toEqual({
    topics: { ...OBSERVATION_TOPICS, image: "/image", odometry: "/odom", scan: "/scan", command: "/cmd_vel" },
    undecided: [],
  });
});

test("a robot's namespace is found by the ends of the names", async () => {
  const bag = await bagOf({
    "/robot1/image": "image",
    "/robot1/imagination": "image",
    "/robot1/goal_image": "image",
    "/robot1/depth": "image",
    "/robot1/odom": "odometry",
    "/robot1/scan": "scan",
    "/robot1/cmd_vel": "stamped",
    "/robot1/cmd_vel_proposed": "stamped",
  });
  const topics = {
    ...OBSERVATION_TOPICS,
    image: "/robot1/image",
    odometry: "/robot1/odom",
    scan: "/robot1/scan",
    command: "/robot1/cmd_vel",
    goalImage: "/robot1/goal_image",
  };
  expect(findObservationTopics(bag)).toEqual({ topics, undecided: [] });
});

test("other names are found when only one topic has the type; commands by their name alone", async () => {
  const bag = await bagOf({
    "/camera/image_raw": "image",
    "/goal_image": "image",
    "/wheel_odometry": "odometry",
    "/lidar": "scan",
    "/cmd_vel_nav": "twist",
  });
  const topics = { ...OBSERVATION_TOPICS, image: "/camera/image_raw", odometry: "/wheel_odometry", scan: "/lidar", command: "/cmd_vel" };
  expect(findObservationTopics(bag)).toEqual({ topics, undecided: [] });
});

test("several that could be it: what is needed is asked for, what is not is left out and said", async () => {
  const two = await bagOf({ "/a/image": "image", "/b/image": "image", "/odom": "odometry" });
  expect(() => findObservationTopics(two)).toThrowError(
    expect.objectContaining({
      code: "RH-BAG-TOPIC",
      message: expect.stringContaining("/a/image, /b/image"),
      fix: expect.stringContaining("--topics image="),
    }),
  );
  expect(findObservationTopics(two, { image: "b/image" }).topics.image).toBe("/b/image");
  const scans = await bagOf({ "/image": "image", "/odom": "odometry", "/front": "scan", "/rear": "scan" });
  expect(findObservationTopics(scans)).toMatchObject({
    topics: { scan: "/scan" },
    undecided: [{ stream: "scan", among: ["/front", "/rear"] }],
  });
});

test("what is no stream is refused", async () => {
  const bag = await bagOf({ "/image": "image", "/odom": "odometry" });
  expect(() => findObservationTopics(bag, { lidar: "/scan" })).toThrowError(expect.objectContaining({ code: "RH-BAG-STREAM" }));
});
