import type { Embodiment } from "../../core/embodiment.js";
import type { RehearseError } from "../../core/error.js";
import { RELIABLE_QOS, SENSOR_QOS } from "../../messages/qos.js";
import { type InputTopic, inputsOf, type Reader, type ReadKey, type TopicTable, type ValueOf } from "../../messages/topic.js";
import type { Endpoints, SubscriptionOptions } from "../rcl/endpoints.js";
import type { BodyTopics } from "./body-topics.js";
import { InputMonitor } from "./input-monitor.js";

/** Handler of each input of a node: a table entry that the node reads but has no handler for does not compile. */
export type Takers<Table, Who extends Reader> = { readonly [Key in ReadKey<Table, Who>]: (value: ValueOf<Table[Key]>) => void };

/**
 * What a node subscribes to by the table of topics, each message counted when it was decoded, and counted and logged when it was refused. Topics
 * that count by publisher have their rows here, and their subscriptions elsewhere.
 */
export class Inputs<Who extends Reader, Table extends TopicTable> {
  readonly monitor: InputMonitor;
  private readonly read: readonly (readonly [key: string, entry: InputTopic])[];

  /** @param others topics that are counted here, too, and subscribed to elsewhere */
  constructor(
    private readonly endpoints: Pick<Endpoints, "subscribe" | "subscribeLatched" | "report">,
    private readonly body: Pick<BodyTopics, "measured" | "onMeasured">,
    embodiment: Pick<Embodiment, "measurement" | "floor">,
    who: Who,
    private readonly steadyNs: () => bigint,
    table: Table,
    others: readonly string[] = [],
  ) {
    this.read = inputsOf(table).filter(
      ([, { readBy, measurement, floor }]) =>
        readBy?.includes(who) &&
        (measurement === undefined || measurement === embodiment.measurement.name) &&
        (!floor || embodiment.floor !== undefined),
    );
    this.monitor = new InputMonitor([...this.read.map(([, entry]) => this.topicOf(entry)), ...others]);
  }

  subscribe(takers: Takers<Table, Who>): void {
    for (const [key, entry] of this.read) {
      if (entry.byPublisher) continue;
      const topic = this.topicOf(entry);
      const take = (takers as Readonly<Record<string, (value: unknown) => void>>)[key]!;
      const taken = (value: unknown): void => {
        this.received(topic);
        take(value);
      };
      const options = { ...this.options(topic), ...(entry.intake && { intake: entry.intake }) };
      if (entry.measurement !== undefined) this.body.onMeasured(taken, options);
      else if (entry.qos === "latched")
        this.endpoints.subscribeLatched(entry.type, topic, (message) => taken(entry.decode(message, [])), options);
      else
        this.endpoints.subscribe(
          entry.type,
          topic,
          entry.qos === "sensor" ? SENSOR_QOS : RELIABLE_QOS,
          (message) => taken(entry.decode(message, [])),
          options,
        );
    }
  }

  received(topic: string): void {
    this.monitor.received(topic, this.steadyNs());
  }

  refuse(topic: string, error: RehearseError): void {
    this.monitor.refused(topic, error);
    this.endpoints.report(error, topic);
  }

  options(topic: string): SubscriptionOptions {
    return { onRefused: (error) => this.refuse(topic, error) };
  }

  /** The embodiment names its measurement's topic. */
  private topicOf({ measurement, topic }: InputTopic): string {
    return measurement === undefined ? topic : this.body.measured.topic;
  }
}
