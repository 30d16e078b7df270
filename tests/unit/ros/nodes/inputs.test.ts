import { join } from "node:path";
import { expect, it } from "vitest";
import { RehearseError } from "../../../../src/core/error.js";
import { embodimentOf } from "../../../../src/embodiment/index.js";
import { type HeaderMessage, header, stampToNs } from "../../../../src/messages/stamp.js";
import { input } from "../../../../src/messages/topic.js";
import { TOPIC_TABLE } from "../../../../src/messages/topics.js";
import { BagFile } from "../../../../src/recording/bag-file.js";
import { BagReader } from "../../../../src/recording/bag-reader.js";
import { ReplayRobot } from "../../../../src/recording/replay-robot.js";
import { Inputs, type Takers } from "../../../../src/ros/nodes/inputs.js";
import { START_NS, writeSampleBag } from "../../recording/sample-bag.js";
import { temporaryFolder } from "../../recording/temporary-folder.js";

// A topic that the project doesn't have: the codec of its type, and its entry in the table.
interface BatteryStateMessage {
  readonly header: HeaderMessage;
  readonly percentage: number;
}
declare module "../../../../src/messages/types.js" {
  interface MessageTypes {
    "sensor_msgs/msg/BatteryState": BatteryStateMessage;
  }
}
function batteryFromMessage({ header: { stamp }, percentage }: BatteryStateMessage) {
  if (Number.isNaN(percentage))
    throw new RehearseError("RH-ODOM-NAN", "a battery's charge is not a number", "measure it", { details: { fields: ["percentage"] } });
  return { stampNs: stampToNs(stamp), charge: percentage };
}
const TABLE = {
  ...TOPIC_TABLE,
  battery: input("battery", "sensor_msgs/msg/BatteryState", batteryFromMessage, {
    readBy: ["controller"],
    qos: "sensor",
    intake: { size: 1000, perPeriod: 2 },
    replayed: "optional",
    measured: true,
  }),
} as const;
const charged = (percentage: number, stampNs: bigint): BatteryStateMessage => ({ header: header(stampNs, "base_link"), percentage });

it("another topic in the table is read by the node that it names: decoded, counted and refused as the others", () => {
  const subscribed = new Map<
    string,
    { take: (message: never) => void; options: { intake?: unknown; onRefused(error: RehearseError): void } }
  >();
  const reported: string[] = [];
  const subscribe = (_type: string, topic: string, _qos: unknown, take: never, options: never) => subscribed.set(topic, { take, options });
  const endpoints = {
    subscribe,
    subscribeLatched: (type: string, topic: string, take: never, options: never) => subscribe(type, topic, undefined, take, options),
    report: (error: RehearseError, topic: string) => reported.push(`${topic} ${error.code}`),
  };
  const embodiment = embodimentOf({ drive: "differential" });
  const body = {
    measured: embodiment.measurement.ros,
    onMeasured: (take: never, options: never) => subscribed.set("odom", { take, options }),
  };
  const inputs = new Inputs(endpoints as never, body as never, embodiment, "controller", () => 5n, TABLE);
  const taken: unknown[] = [];
  const ignore = () => {};
  const others = { image: ignore, odometry: ignore, jointStates: ignore, scan: ignore, goalPose: ignore, goalImage: ignore };
  const takers: Takers<typeof TABLE, "controller"> = { ...others, battery: ({ charge }) => taken.push(charge) };
  inputs.subscribe(takers);
  expect([...subscribed.keys()].sort()).toEqual(["battery", "goal_image", "goal_pose", "image", "odom", "scan"]);
  const { take, options } = subscribed.get("battery")!;
  expect(options.intake).toEqual({ size: 1000, perPeriod: 2 });
  take(charged(0.75, 3n) as never);
  const refusal = (() => {
    try {
      take(charged(Number.NaN, 4n) as never);
    } catch (error) {
      return error as RehearseError;
    }
    throw new Error("it was taken");
  })();
  options.onRefused(refusal);
  expect(taken).toEqual([0.75]);
  expect(reported).toEqual(["battery RH-ODOM-NAN"]);
  expect(inputs.monitor.hasReceived("battery")).toBe(true);
  expect(inputs.monitor.report(5n)).toMatchObject({ "battery.age_ms": 0, "battery.refused": 1, "battery.refusal": refusal.describe() });
  expect(inputs.monitor.report(5n)).toHaveProperty("estop.age_ms");
});

it("the same entry is a stream of a replay: found by its type, dated where it has no stamp, refused as live", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 3);
  const withBattery = join(temporaryFolder(), "b.mcap");
  const bag = await BagFile.create(withBattery);
  for await (const { topic, type, logNs, message } of (await BagReader.open(path)).messages())
    bag.write({ name: topic, type, qos: { depth: 1, reliability: "reliable", durability: "volatile" } }, message, logNs);
  const topic = {
    name: "/robot1/power",
    type: "sensor_msgs/msg/BatteryState",
    qos: { depth: 1, reliability: "reliable", durability: "volatile" },
  } as const;
  for (const [i, percentage] of [0.5, Number.NaN, 0.25].entries())
    bag.write(topic, charged(percentage, i === 2 ? 0n : 7n), START_NS + BigInt(i));
  await bag.close();
  const robot = await ReplayRobot.open(await BagReader.open(withBattery), {}, TABLE);
  expect(robot.found.topics.battery).toBe("/robot1/power");
  const seen: unknown[] = [];
  robot.streams.battery.subscribe((battery) => seen.push(battery));
  while (!robot.ended) await robot.advance(1_000_000_000n);
  expect(seen).toEqual([
    { stampNs: 7n, charge: 0.5 },
    { stampNs: START_NS + 2n, charge: 0.25 },
  ]);
  expect(robot.refused).toMatchObject([{ topic: "/robot1/power", messages: 1, first: { code: "RH-ODOM-NAN" } }]);
  expect([...robot.unstamped]).toEqual([["/robot1/power", 1]]);
  await robot.close();
});
