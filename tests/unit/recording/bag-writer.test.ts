import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { LATCHED_QOS, SENSOR_QOS } from "../../../src/messages/qos.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { BagWriter } from "../../../src/recording/bag-writer.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";
import { clockMessage, odometryMessage, sampleOdometry } from "./sample-bag.js";
import { temporaryFolder } from "./temporary-folder.js";

it("makes a folder that is a rosbag2 bag of metadata version 9", async () => {
  const folder = join(temporaryFolder(), "new", "drive");
  const bag = await BagWriter.create(folder, { about: { robot: "rooms" } });
  bag.write({ ...BAG_TOPICS.odometry, qos: SENSOR_QOS }, odometryMessage(sampleOdometry(100n)), 100n);
  bag.write({ ...BAG_TOPICS.odometry, qos: SENSOR_QOS }, odometryMessage(sampleOdometry(300n)), 300n);
  bag.writeRaw({ name: "/estop", type: "std_msgs/msg/Bool", qos: LATCHED_QOS }, Uint8Array.from([0, 1, 0, 0, 1]), 150n);
  await bag.close();
  expect(readdirSync(folder).sort()).toEqual(["drive_0.mcap", "metadata.yaml"]);
  const infinite = { sec: 9223372036, nsec: 854775807 };
  const qos = {
    history: "keep_last",
    deadline: infinite,
    lifespan: infinite,
    liveliness: "automatic",
    liveliness_lease_duration: infinite,
  };
  expect(parse(readFileSync(join(folder, "metadata.yaml"), "utf8"))).toEqual({
    rosbag2_bagfile_information: {
      version: 9,
      storage_identifier: "mcap",
      duration: { nanoseconds: 200 },
      starting_time: { nanoseconds_since_epoch: 100 },
      message_count: 3,
      topics_with_message_count: [
        {
          topic_metadata: {
            name: "/odom",
            type: "nav_msgs/msg/Odometry",
            serialization_format: "cdr",
            offered_qos_profiles: [
              { ...qos, depth: 5, reliability: "best_effort", durability: "volatile", avoid_ros_namespace_conventions: false },
            ],
            type_description_hash: "RIHS01_3cc97dc7fb7502f8714462c526d369e35b603cfc34d946e3f2eda2766dfec6e0",
          },
          message_count: 2,
        },
        {
          topic_metadata: {
            name: "/estop",
            type: "std_msgs/msg/Bool",
            serialization_format: "cdr",
            offered_qos_profiles: [
              { ...qos, depth: 1, reliability: "reliable", durability: "transient_local", avoid_ros_namespace_conventions: false },
            ],
            type_description_hash: "RIHS01_feb91e995ff9ebd09c0cb3d2aed18b11077585839fb5db80193b62d74528f6c9",
          },
          message_count: 1,
        },
      ],
      compression_format: "",
      compression_mode: "",
      relative_file_paths: ["drive_0.mcap"],
      files: [
        {
          path: "drive_0.mcap",
          starting_time: { nanoseconds_since_epoch: 100 },
          duration: { nanoseconds: 200 },
          message_count: 3,
        },
      ],
      custom_data: { robot: "rooms" },
      ros_distro: "jazzy",
    },
  });
});

it("writes times beyond the range of doubles exactly", async () => {
  const folder = join(temporaryFolder(), "bag");
  const bag = await BagWriter.create(folder);
  bag.write(BAG_TOPICS.clock, clockMessage(1_700_000_000_123_456_789n), 1_700_000_000_123_456_789n);
  await bag.close();
  expect(readFileSync(join(folder, "metadata.yaml"), "utf8")).toContain("nanoseconds_since_epoch: 1700000000123456789\n");
});

it("refuses a folder that is there, even an empty one", async () => {
  const folder = temporaryFolder();
  await expect(BagWriter.create(folder)).rejects.toMatchObject({ code: "RH-BAG-EXISTS", message: expect.stringContaining(folder) });
  expect(readdirSync(folder)).toEqual([]);
});

it("is readable before it is closed: without metadata.yaml the folder's files are the bag", async () => {
  const folder = join(temporaryFolder(), "bag");
  const bag = await BagWriter.create(folder);
  bag.write(BAG_TOPICS.clock, clockMessage(5n), 5n);
  await bag.flush();
  const reader = await BagReader.open(folder);
  expect(reader.topics).toMatchObject([{ name: "/clock", messages: 1 }]);
  expect(reader.damage).toHaveLength(1);
  expect(basename(reader.damage[0]!.path)).toBe("bag_0.mcap");
  await bag.close();
  expect((await BagReader.open(folder)).damage).toEqual([]);
});

it("can't be made where a file is in the way", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a"));
  await expect(BagWriter.create(join(folder, "a"))).rejects.toMatchObject({ code: "RH-BAG-EXISTS" });
});
