import { setTimeout as pause } from "node:timers/promises";
import type { LaserScanMessage } from "#src/messages/laser-scan.js";
import type { OdometryMessage } from "#src/messages/odometry.js";
import { owned } from "#src/messages/owned.js";
import { RELIABLE_QOS, SENSOR_QOS } from "#src/messages/qos.js";
import { stampFromNs, stampToNs, type TimeMessage } from "#src/messages/stamp.js";
import { TOPICS } from "#src/messages/topics.js";
import type { TwistStampedMessage } from "#src/messages/twist.js";
import { BagReader } from "#src/recording/bag-reader.js";
import { BAG_TOPICS } from "#src/recording/topics.js";
import type { Ros } from "#src/ros/rcl/context.js";
import { Endpoints } from "#src/ros/rcl/endpoints.js";
import type { Sample } from "./measures.js";
import { PROPOSED } from "./record.js";

export interface Replayed {
  /** What the guard sent, by arrival here. */
  readonly samples: readonly Sample[];
  /** What was proposed: what a robot without a guard would have done. */
  readonly proposed: readonly Sample[];
  /** The most by which a message went out late. */
  readonly lateMs: number;
}

/** Plays bags to a running guard in real time, with their stamps moved to the present. */
export class Replayer {
  private readonly out;
  private samples: { readonly atNs: bigint; readonly mps: number }[] = [];

  constructor(ros: Ros) {
    const endpoints = new Endpoints(ros, ros.createNode("guard_replay"));
    this.out = {
      odometry: endpoints.publish("nav_msgs/msg/Odometry", TOPICS.odometry, RELIABLE_QOS),
      scan: endpoints.publish("sensor_msgs/msg/LaserScan", TOPICS.scan, SENSOR_QOS),
      proposed: endpoints.publish("geometry_msgs/msg/TwistStamped", TOPICS.commandProposed, RELIABLE_QOS),
    };
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", TOPICS.command, RELIABLE_QOS, ({ twist }) => {
      this.samples.push({ atNs: process.hrtime.bigint(), mps: twist.linear.x });
    });
    endpoints.node.spin();
  }

  /** Commands of the guard since the last replay began. */
  get heard(): number {
    return this.samples.length;
  }

  async play(folder: string): Promise<Replayed> {
    const bag = await BagReader.open(folder);
    const messages = [];
    for await (const { topic, message, logNs } of bag.messages([BAG_TOPICS.odometry.name, BAG_TOPICS.scan.name, PROPOSED.name]))
      messages.push({ topic, message, afterNs: logNs - bag.startNs });
    this.samples = [];
    const proposed: Sample[] = [];
    const startNs = process.hrtime.bigint();
    const movedNs = BigInt(Date.now()) * 1_000_000n - bag.startNs;
    let lateMs = 0;
    for (const { topic, message, afterNs } of messages) {
      const aheadMs = Number(startNs + afterNs - process.hrtime.bigint()) / 1e6;
      if (aheadMs > 0) await pause(aheadMs);
      lateMs = Math.max(lateMs, Number(process.hrtime.bigint() - startNs - afterNs) / 1e6);
      this.send(topic, message, (stamp) => stampFromNs(stampToNs(stamp) + movedNs));
      if (topic === PROPOSED.name) proposed.push({ atS: Number(afterNs) / 1e9, mps: (message as TwistStampedMessage).twist.linear.x });
    }
    const samples = this.samples.map(({ atNs, mps }) => ({ atS: Number(atNs - startNs) / 1e9, mps }));
    return { samples, proposed, lateMs };
  }

  private send(topic: string, message: unknown, moved: (stamp: TimeMessage) => TimeMessage): void {
    const present = <Message extends { header: { stamp: TimeMessage; frame_id: string } }>(original: unknown): Message => {
      const { header, ...rest } = original as Message;
      return { ...rest, header: { ...header, stamp: moved(header.stamp) } } as unknown as Message;
    };
    if (topic === BAG_TOPICS.odometry.name) this.out.odometry.send(present<OdometryMessage>(message));
    else if (topic === PROPOSED.name) this.out.proposed.send(present<TwistStampedMessage>(message));
    else {
      const scan = present<LaserScanMessage>(message);
      this.out.scan.send({ ...scan, ranges: owned(Float32Array.from(scan.ranges)), intensities: new Float32Array(0) });
    }
  }
}
