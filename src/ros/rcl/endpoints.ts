import { RehearseError } from "../../core/error.js";
import { LATCHED_QOS, type Qos, RELIABLE_QOS } from "../../messages/qos.js";
import type { MessageName, MessageTypes } from "../../messages/types.js";
import type { ContainedNode, Intake } from "./contained-node.js";
import type { Ros } from "./context.js";
import { gidText, publishersOf } from "./graph.js";
import type { PatientAnswers } from "./patient-answers.js";
import { rclQos } from "./qos.js";
import { loggerOf, type RclLogger } from "./rclnodejs.js";

export interface Publication<Message> {
  /** Does nothing once ROS is shut down. */
  send(message: Message): void;
  /** Subscriptions that match now; costly messages need not be made without subscribers. */
  readonly subscribers: number;
  /** Blocks until everything sent has been acknowledged by the reliable subscribers, for `timeoutMs` at most. @returns whether it has */
  flush(timeoutMs: number): boolean;
  /** Ends it: nothing more can be sent. */
  end(): void;
}

export interface SubscriptionOptions {
  /** Called with what `take` threw; default: logged, at most once a second for each code. */
  readonly onRefused?: (error: RehearseError) => void;
  /** Only what is published while this node is there; default: the last message of publishers that keep it, too. */
  readonly onlyLive?: boolean;
  /** What is taken; default: any number of messages, of any size that a picture may have. */
  readonly intake?: Pick<Intake, "size" | "perPeriod">;
}

/** Where a message is from, and when it was sent by that machine's clock. */
export interface Source {
  readonly gid: string;
  readonly stampNs: bigint;
}

/** What a service handler answers: the text, or a RehearseError thrown. */
export type TriggerHandler = () => string | undefined | Promise<string | undefined>;

const SEARCH_PERIOD_MS = 200;
const SERVICE_POLL_MS = 20;

/**
 * Publishers, subscriptions and services of one node, typed, with the node's error handling: nothing that a message makes a callback throw
 * gets out into rclnodejs. QoS can be overridden by parameters (`qos_overrides.<topic>.subscription.reliability` and so on).
 */
export class Endpoints {
  readonly log: RclLogger;
  private readonly searches: NodeJS.Timeout[] = [];
  private closed = false;

  constructor(
    private readonly ros: Ros,
    readonly node: ContainedNode,
  ) {
    this.log = loggerOf(node);
    ros.onClose(() => this.close());
  }

  /** Nothing is published, taken or answered any more. */
  close(): void {
    this.closed = true;
    for (const search of this.searches) clearInterval(search);
  }

  publish<Name extends MessageName>(type: Name, topic: string, qos: Qos): Publication<MessageTypes[Name]> {
    const publisher = this.node.createPublisher(type as never, topic, this.options(qos, true) as never) as unknown as {
      publish(message: unknown): void;
      waitForAllAcked(timeoutNs: bigint): boolean;
      readonly subscriptionCount: number;
    };
    const endpoints = this;
    return {
      send: (message) => {
        if (!this.closed) publisher.publish(message);
      },
      get subscribers() {
        return endpoints.closed ? 0 : publisher.subscriptionCount;
      },
      end: () => {
        if (!this.closed) this.node.destroyPublisher(publisher as never);
      },
      flush: (timeoutMs) => this.closed || publisher.waitForAllAcked(BigInt(timeoutMs) * 1_000_000n),
    };
  }

  /** Whether a message type is installed here. */
  knows(type: MessageName): boolean {
    try {
      return this.ros.rcl.require(type as never) !== undefined;
    } catch {
      return false;
    }
  }

  subscribe<Name extends MessageName>(
    type: Name,
    topic: string,
    qos: Qos,
    take: (message: MessageTypes[Name]) => void,
    options: SubscriptionOptions = {},
  ): void {
    const callback = (message: unknown) => this.guarded(topic, options, () => take(message as MessageTypes[Name]));
    this.bounded(this.node.createSubscription(type as never, topic, this.options(qos, true) as never, callback as never), options);
  }

  private bounded(subscription: object, { intake, onRefused }: SubscriptionOptions): void {
    if (intake) this.node.bound(subscription, { ...intake, ...(onRefused && { onRefused }) });
  }

  /**
   * For topics of which a latched last message counts too. A transient-local subscription doesn't match volatile publishers, whose programs then
   * warn that nothing is sent; and a volatile one gets no history. So there is a volatile one, and as soon as somebody publishes
   * transient-local, another beside it; a message that both bring is taken once.
   */
  subscribeLatched<Name extends MessageName>(
    type: Name,
    topic: string,
    take: (message: MessageTypes[Name]) => void,
    options: SubscriptionOptions = {},
  ): void {
    const taken: string[] = [];
    const once = (message: MessageTypes[Name], { stampNs, gid }: Source): void => {
      const source = `${stampNs} ${gid}`;
      if (taken.includes(source)) return;
      taken.push(source);
      if (taken.length > 32) taken.shift();
      take(message);
    };
    this.subscribeFrom(type, topic, [RELIABLE_QOS], once, options);
  }

  /** By several subscriptions at once, and a latched one as above; a message may come once by each. */
  subscribeFrom<Name extends MessageName>(
    type: Name,
    topic: string,
    profiles: readonly Qos[],
    take: (message: MessageTypes[Name], source: Source) => void,
    options: SubscriptionOptions = {},
  ): void {
    // Two parameters make rclnodejs hand over where the message is from.
    const callback = (message: unknown, info: { sourceTimestamp: bigint; publisherGid: Uint8Array }): void => {
      const source = { stampNs: info.sourceTimestamp, gid: gidText(info.publisherGid) };
      this.guarded(topic, options, () => take(message as MessageTypes[Name], source));
    };
    const subscribe = (qos: Qos) =>
      this.bounded(this.node.createSubscription(type as never, topic, this.options(qos, false) as never, callback as never), options);
    for (const qos of profiles) subscribe(qos);
    if (options.onlyLive) return;
    const search = setInterval(() => {
      if (this.closed) clearInterval(search);
      else if (publishersOf(this.node, topic).some(({ transientLocal }) => transientLocal)) {
        clearInterval(search);
        subscribe(LATCHED_QOS);
      }
    }, SEARCH_PERIOD_MS);
    this.searches.push(search);
  }

  /** Messages as they are on the wire. A type that isn't installed throws. @returns what ends the subscription */
  subscribeRaw(type: string, topic: string, qos: Qos, take: (cdr: Uint8Array) => void): () => void {
    const options = { ...this.options(qos, false), isRaw: true };
    const subscription = this.node.createSubscription(
      type as never,
      topic,
      options as never,
      ((cdr: Uint8Array) => this.guarded(topic, {}, () => take(cdr))) as never,
    );
    return () => {
      if (!this.closed) this.node.destroySubscription(subscription);
    };
  }

  /** Calls a service. @throws RehearseError RH-SERVICE-ABSENT when nobody offers it, or nobody answers, within `timeoutMs` */
  async call<Response>(type: string, name: string, request: object, timeoutMs: number): Promise<Response> {
    const client = this.node.createClient(type as never, name) as unknown as {
      isServiceServerAvailable(): boolean;
      sendRequest(request: object, callback: (response: Response) => void): void;
    };
    const resolved = this.node.resolveServiceName(name);
    const absent = (what: string): RehearseError =>
      new RehearseError(
        "RH-SERVICE-ABSENT",
        `service ${resolved} ${what} within ${timeoutMs} ms`,
        "is the node running, in this domain and namespace?",
        { details: { service: resolved, timeoutMs } },
      );
    const untilNs = process.hrtime.bigint() + BigInt(timeoutMs) * 1_000_000n;
    try {
      // Not by the client's own waiting, which goes on after a shutdown and then crashes.
      while (this.closed || !client.isServiceServerAvailable()) {
        if (this.closed || process.hrtime.bigint() > untilNs) throw absent("wasn't found");
        await new Promise((resolve) => setTimeout(resolve, SERVICE_POLL_MS));
      }
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(absent("didn't answer")), timeoutMs);
        client.sendRequest(request, (response) => {
          clearTimeout(timer);
          resolve(response);
        });
      });
    } finally {
      if (!this.closed) this.node.destroyClient(client as never);
    }
  }

  /**
   * A service of any type. `answer` gives the response's fields; when it throws, nothing is answered, so it should not.
   * @param answers at which pace; default: at once
   */
  service(type: string, name: string, answer: (request: unknown) => object | Promise<object>, answers?: PatientAnswers): void {
    const callback = async (request: unknown, response: { send(answer: unknown): void }): Promise<void> => {
      try {
        const fields = await answer(request);
        await answers?.turn(() => this.closed);
        if (!this.closed) response.send(fields);
      } catch (error) {
        if (error instanceof RehearseError) this.report(error, name);
        else this.node.errors.contain(error, name);
      }
    };
    this.node.createService(type as never, name, callback as never);
  }

  /** A `std_srvs/Trigger` service: success with the handler's text, or failure with the error's. */
  trigger(name: string, handler: TriggerHandler, answers?: PatientAnswers): void {
    const answer = async () => {
      try {
        return { success: true, message: (await handler()) ?? "done" };
      } catch (error) {
        this.report(error, name);
        return { success: false, message: error instanceof RehearseError ? error.describe() : String(error) };
      }
    };
    this.service("std_srvs/srv/Trigger", name, answer, answers);
  }

  /** Logs an error, the same code at most once a second. */
  report(error: unknown, where: string): void {
    this.node.errors.report(error, where);
  }

  private guarded(topic: string, options: SubscriptionOptions, take: () => void): void {
    if (this.closed) return;
    try {
      take();
    } catch (error) {
      if (error instanceof RehearseError && options.onRefused) options.onRefused(error);
      else this.node.errors.contain(error, topic);
    }
  }

  /** A new object each time: rclnodejs changes the options that it is given. */
  private options(qos: Qos, overridable: boolean): object {
    const { rcl } = this.ros;
    const { QoSPolicyKind, QoSOverridingOptions } = rcl;
    const kinds = [QoSPolicyKind.DEPTH, QoSPolicyKind.RELIABILITY, QoSPolicyKind.DURABILITY];
    return { qos: rclQos(rcl, qos), ...(overridable && { qosOverridingOptions: new QoSOverridingOptions(kinds) }) };
  }
}
