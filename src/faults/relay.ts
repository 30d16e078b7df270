import type { ImageMessage } from "../messages/image.js";
import type { LaserScanMessage } from "../messages/laser-scan.js";
import type { OdometryMessage } from "../messages/odometry.js";
import { owned } from "../messages/owned.js";
import { RELIABLE_QOS, SENSOR_QOS } from "../messages/qos.js";
import type { HeaderMessage, TimeMessage } from "../messages/stamp.js";
import { stampFromNs, stampToNs } from "../messages/stamp.js";
import { TOPICS } from "../messages/topics.js";
import type { TwistStampedMessage } from "../messages/twist.js";
import type { Ros } from "../ros/rcl/context.js";
import { Endpoints } from "../ros/rcl/endpoints.js";

/** What becomes of a message in transit: passed on, changed, delayed, or dropped. */
export type Interceptor<Message> = (message: Message, pass: (message: Message) => void) => void;

export interface Interceptors {
  image?: Interceptor<ImageMessage>;
  odometry?: Interceptor<OdometryMessage>;
  scan?: Interceptor<LaserScanMessage>;
  clock?: Interceptor<{ clock: TimeMessage }>;
  /** What the controller proposes to the guard. */
  proposed?: Interceptor<TwistStampedMessage>;
}

/** The sensors as the world publishes them. */
const TRUE = {
  image: "true/image",
  odometry: "true/odom",
  scan: "true/scan",
  clock: "/true/clock",
} as const;

/** For the simulation: publish the truth here, so that the relay alone speaks to the others. */
export const RELAYED = Object.entries(TRUE).flatMap(([sensor, topic]) => ["-r", `${TOPICS[sensor as keyof typeof TRUE]}:=${topic}`]);

const TRUE_PROPOSED = "true/cmd_vel_proposed";
/** The same for a controller. */
export const PROPOSED: readonly string[] = ["-r", `${TOPICS.commandProposed}:=${TRUE_PROPOSED}`];

/** Relays topics from the world to the subscribers of its sensors, and from controller to guard. */
export class Relay {
  private interceptors: Interceptors = {};
  /** All stamps and the clock are moved by this much. */
  private offsetNs = 0n;
  private readonly endpoints: Endpoints;
  private relaysClock = false;

  /** @param watch receives the true odometry */
  constructor(ros: Ros, watch: (odometry: OdometryMessage) => void) {
    const node = ros.createNode("relay");
    const endpoints = new Endpoints(ros, node);
    this.endpoints = endpoints;
    const image = endpoints.publish("sensor_msgs/msg/Image", TOPICS.image, RELIABLE_QOS);
    const odometry = endpoints.publish("nav_msgs/msg/Odometry", TOPICS.odometry, RELIABLE_QOS);
    const scan = endpoints.publish("sensor_msgs/msg/LaserScan", TOPICS.scan, SENSOR_QOS);
    endpoints.subscribe("sensor_msgs/msg/Image", TRUE.image, SENSOR_QOS, (message) =>
      this.through(this.interceptors.image, { ...this.restamped(message), data: owned(Uint8Array.from(message.data)) }, (m) =>
        image.send(m),
      ),
    );
    endpoints.subscribe("nav_msgs/msg/Odometry", TRUE.odometry, SENSOR_QOS, (message) => {
      watch(message);
      this.through(this.interceptors.odometry, this.restamped(message), (m) => odometry.send(m));
    });
    endpoints.subscribe("sensor_msgs/msg/LaserScan", TRUE.scan, SENSOR_QOS, (message) =>
      this.through(
        this.interceptors.scan,
        { ...this.restamped(message), ranges: Float32Array.from(message.ranges), intensities: new Float32Array(0) },
        (m) => scan.send(m),
      ),
    );
    const proposed = endpoints.publish("geometry_msgs/msg/TwistStamped", TOPICS.commandProposed, RELIABLE_QOS);
    // As the controller stamped them: it knows of a moved time, if there is one.
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", TRUE_PROPOSED, RELIABLE_QOS, (message) =>
      this.through(this.interceptors.proposed, message, (m) => proposed.send(m)),
    );
    node.spin();
  }

  /** `/clock` too: a hundred messages a second that are needed only where somebody goes by it. */
  relayClock(): void {
    if (this.relaysClock) return;
    this.relaysClock = true;
    // Only the newest: an old time that comes late is a wrong one.
    const newest = { ...SENSOR_QOS, depth: 1 };
    const clock = this.endpoints.publish("rosgraph_msgs/msg/Clock", TOPICS.clock, newest);
    this.endpoints.subscribe("rosgraph_msgs/msg/Clock", TRUE.clock, newest, ({ clock: time }) =>
      this.through(this.interceptors.clock, { clock: this.moved(time) }, (m) => clock.send(m)),
    );
  }

  intercept(tampers: Interceptors): void {
    this.interceptors = tampers;
  }

  /** From now on, stamps and clock are shifted by this much for all subscribers. */
  moveTime(offsetNs: bigint): void {
    this.offsetNs = offsetNs;
  }

  /** Passes everything on unchanged. */
  restore(): void {
    this.interceptors = {};
    this.offsetNs = 0n;
  }

  private through<Message>(tamper: Interceptor<Message> | undefined, message: Message, pass: (message: Message) => void): void {
    if (tamper === undefined) pass(message);
    else tamper(message, pass);
  }

  private restamped<Message extends { header: HeaderMessage }>(message: Message): Message {
    return { ...message, header: { ...message.header, stamp: this.moved(message.header.stamp) } };
  }

  private moved(stamp: TimeMessage): TimeMessage {
    return stampFromNs(stampToNs(stamp) + this.offsetNs);
  }
}
