import { RehearseError } from "../core/error.js";
import type { Qos } from "../messages/qos.js";
import type { EndpointInfo, GraphClient } from "../ros/clients/graph-client.js";
import { systemClock } from "../ros/rcl/clock.js";
import { messageFromYaml } from "./message-from-yaml.js";
import { messageJson, messageYaml, partOf } from "./message-yaml.js";
import { qosFor, qosText, unmatched } from "./qos-match.js";
import { Rate } from "./rate.js";
import type { Session } from "./session.js";

export interface QosChoice {
  readonly reliability?: Qos["reliability"];
  readonly durability?: Qos["durability"];
  readonly depth?: number;
}

const PERIOD_MS = 1000;

export function listTopics({ graph, write }: Session, options: { readonly types?: boolean; readonly type?: string }): void {
  for (const { name, types } of graph.topics()) {
    if (options.type !== undefined && !types.includes(options.type)) continue;
    write(options.types ? `${name} [${types.join(", ")}]\n` : `${name}\n`);
  }
}

/** The types of a topic, its publishers and subscriptions, with their quality of service, and pairs that can never match. */
export async function topicInfo({ graph, write }: Session, name: string): Promise<void> {
  const topic = graph.resolved(name);
  await graph.appears(() => graph.topics().some((each) => each.name === topic));
  const types = graph.topics().find((each) => each.name === topic)?.types;
  if (types === undefined) throw unknownTopic(graph, topic);
  const [publishers, subscriptions] = [graph.publishers(topic), graph.subscriptions(topic)];
  write(`Type: ${types.join(", ")}\n`);
  if (types.length > 1) write(`Types differ: publishers and subscriptions of different types never match.\n`);
  for (const [title, endpoints] of [
    ["Publisher count", publishers],
    ["Subscription count", subscriptions],
  ] as const) {
    write(`\n${title}: ${endpoints.length}\n`);
    for (const endpoint of endpoints) write(`  ${endpoint.node}  [${endpoint.type}]  ${qosText(endpoint)}  gid ${endpoint.gid}\n`);
  }
  for (const line of unmatched(publishers, subscriptions)) write(`\n${line}\n`);
}

/** Prints messages as they come, as YAML or one line of JSON each. @returns how many came */
export async function echo(
  session: Session,
  name: string,
  options: QosChoice & {
    readonly type?: string;
    readonly field?: string;
    readonly full?: boolean;
    readonly json?: boolean;
    readonly count?: number;
    readonly timeoutS?: number;
  },
): Promise<number> {
  const { graph, write } = session;
  const topic = graph.resolved(name);
  const type = await typeOf(graph, topic, options.type);
  let came = 0;
  await until(session, options.timeoutS, (done) =>
    graph.subscribe(type, topic, qosFor(graph.publishers(topic), options), (message) => {
      if (came === options.count) return;
      const part = options.field === undefined ? message : partOf(message, options.field);
      if (part === undefined) return done(noField(graph, type, options.field!));
      write(options.json ? `${messageJson(part)}\n` : `${messageYaml(part, options)}---\n`);
      came++;
      if (came === options.count) done();
    }),
  );
  return came;
}

/** Prints once a second how often messages come, and how evenly. @returns how many came */
export async function hz(
  session: Session,
  name: string,
  options: QosChoice & { readonly type?: string; readonly window: number; readonly timeoutS?: number },
): Promise<number> {
  const { graph, write } = session;
  const topic = graph.resolved(name);
  const rate = new Rate(options.window);
  graph.subscribeRaw(await typeOf(graph, topic, options.type), topic, qosFor(graph.publishers(topic), options), (cdr) =>
    rate.add(process.hrtime.bigint(), cdr.length),
  );
  const report = () => write(`${rate.text(process.hrtime.bigint())}\n`);
  const timer = setInterval(report, PERIOD_MS);
  try {
    await until(session, options.timeoutS, () => undefined);
  } finally {
    clearInterval(timer);
  }
  report();
  return rate.total;
}

/** Prints once a second how old messages are when they arrive, by the stamps of their headers and this machine's clock. */
export async function delay(
  session: Session,
  name: string,
  options: QosChoice & { readonly type?: string; readonly timeoutS?: number },
): Promise<number> {
  const { graph, write } = session;
  const topic = graph.resolved(name);
  const type = await typeOf(graph, topic, options.type);
  if (!graph.fields(type).some(({ name: field }) => field === "header")) throw noField(graph, type, "header");
  const clock = systemClock(session.ros);
  let ages: number[] = [];
  let came = 0;
  graph.subscribe(type, topic, qosFor(graph.publishers(topic), options), (message) => {
    const { sec, nanosec } = (message as { header: { stamp: { sec: number; nanosec: number } } }).header.stamp;
    ages.push(Number(clock.nowNs() - (BigInt(sec) * 1_000_000_000n + BigInt(nanosec))) / 1e9);
    came++;
  });
  const report = () => {
    if (ages.length === 0) write("no new messages\n");
    else {
      const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
      write(
        `average delay: ${mean.toFixed(3)} s  min: ${Math.min(...ages).toFixed(3)} s  max: ${Math.max(...ages).toFixed(3)} s  messages: ${ages.length}\n`,
      );
    }
    ages = [];
  };
  const timer = setInterval(report, PERIOD_MS);
  try {
    await until(session, options.timeoutS, () => undefined);
  } finally {
    clearInterval(timer);
  }
  return came;
}

/**
 * Publishes a message once, `count` times, or until Ctrl-C at a rate. With a count it waits until somebody subscribes, so that the message is not sent before
 * it can be received, and until it has been.
 * @throws RehearseError RH-ROS-NO-SUBSCRIBER, RH-ROS-MESSAGE, RH-ROS-TYPE
 */
export async function publish(
  session: Session,
  name: string,
  options: QosChoice & {
    readonly type?: string;
    readonly message: string;
    readonly rateHz: number;
    readonly count?: number;
    readonly subscribers: number;
    readonly waitS: number;
  },
): Promise<void> {
  const { graph, ros, write } = session;
  const topic = graph.resolved(name);
  const type = await typeOf(graph, topic, options.type);
  const clock = systemClock(ros);
  const make = () => messageFromYaml(options.message, type, graph.fields(type), (each) => graph.fields(each), clock.nowNs);
  make();
  const publication = graph.publish(type, topic, {
    depth: options.depth ?? 10,
    reliability: options.reliability ?? "reliable",
    durability: options.durability ?? "volatile",
  });
  let ended = false;
  void session.interrupted.then(() => {
    ended = true;
  });
  const untilMs = performance.now() + 1000 * options.waitS;
  while (options.count !== undefined && publication.subscribers < options.subscribers && !ended) {
    if (performance.now() > untilMs) throw nobodySubscribes(graph, topic, type, options);
    await pause(50);
  }
  const startMs = performance.now();
  for (let sent = 0; !ended && sent !== options.count; ) {
    publication.send(make());
    sent++;
    if (options.count !== undefined) write(`published ${sent} of ${options.count}: ${topic} [${type}]\n`);
    if (sent === options.count) break;
    await pause(Math.max(0, startMs + (1000 * sent) / options.rateHz - performance.now()));
  }
  if (!ended && options.count !== undefined) {
    // Acknowledged by those that are reliable; others need a moment.
    publication.flush(1000);
    await pause(100);
  }
}

/** The type that a topic has in the graph, or the one given. @throws RehearseError RH-ROS-TOPIC */
export async function typeOf(graph: GraphClient, topic: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  await graph.appears(() => graph.topics().some(({ name }) => name === topic));
  const types = graph.topics().find(({ name }) => name === topic)?.types ?? [];
  if (types.length === 1) return types[0]!;
  if (types.length === 0) throw unknownTopic(graph, topic);
  throw new RehearseError("RH-ROS-TOPIC", `${topic} has more than one type: ${types.join(", ")}`, "name the one that is meant");
}

async function until(
  session: Session,
  timeoutS: number | undefined,
  start: (done: (error?: RehearseError) => void) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      session.interrupted,
      new Promise<void>((resolve, reject) => {
        if (timeoutS !== undefined) timer = setTimeout(resolve, 1000 * timeoutS);
        start((error) => (error ? reject(error) : resolve()));
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function unknownTopic(graph: GraphClient, topic: string): RehearseError {
  const last = topic.split("/").at(-1);
  const alike = graph.topics().filter(({ name }) => name.split("/").at(-1) === last);
  return new RehearseError(
    "RH-ROS-TOPIC",
    `nobody publishes or subscribes to ${topic}`,
    alike.length > 0
      ? `did you mean ${alike.map(({ name }) => name).join(" or ")}?`
      : "is the node running, in this domain (ROS_DOMAIN_ID) and namespace? `rehearse ros topic list` shows what there is",
  );
}

function nobodySubscribes(graph: GraphClient, topic: string, type: string, choice: QosChoice): RehearseError {
  const there = graph.subscriptions(topic);
  const own: EndpointInfo = {
    node: "this publisher",
    type,
    gid: "",
    reliability: (choice.reliability ?? "reliable").replace("_", " "),
    durability: (choice.durability ?? "volatile").replace("_", " "),
    history: "keep last",
    depth: choice.depth ?? 10,
  };
  const [reason] = unmatched([own], there);
  return new RehearseError(
    "RH-ROS-NO-SUBSCRIBER",
    reason ?? `nobody subscribes to ${topic}; nothing was sent`,
    reason
      ? "see --qos-reliability and --qos-durability"
      : "is the node running, in this domain and namespace? To send all the same: --wait-subscribers 0",
  );
}

function noField(graph: GraphClient, type: string, field: string): RehearseError {
  const names = graph.fields(type).map(({ name }) => name);
  return new RehearseError("RH-ROS-MESSAGE", `${type} has no ${field}`, `its fields are ${names.join(", ")}`);
}
