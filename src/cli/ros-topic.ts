import { Command, Option } from "commander";
import { delay, echo, hz, listTopics, publish, type QosChoice, topicInfo, typeOf } from "../introspection/topics.js";
import { defined, during, failUnless, fullType } from "./in-session.js";
import { numberFrom } from "./number-option.js";

interface QosFlags {
  readonly qosReliability?: "reliable" | "best_effort";
  readonly qosDurability?: "volatile" | "transient_local";
  readonly qosDepth?: number;
}

/** `rehearse ros topic …` */
export function topicCommand(): Command {
  const topic = new Command("topic").description("list, info, echo, hz, delay, type, find, pub");
  topic
    .command("list")
    .description("names of all topics")
    .option("-t, --show-types", "with their types")
    .action((flags: { showTypes?: boolean }) => during((session) => listTopics(session, { types: flags.showTypes ?? false })));
  topic
    .command("info")
    .description("type, publishers and subscriptions, their quality of service, and which of them cannot match")
    .argument("<topic>")
    .option("-v, --verbose", "accepted for the sake of habit: all is shown")
    .action((name: string) => during((session) => topicInfo(session, name)));
  topic
    .command("type")
    .description("the type of a topic")
    .argument("<topic>")
    .action((name: string) => during(async ({ graph, write }) => write(`${await typeOf(graph, graph.resolved(name), undefined)}\n`)));
  topic
    .command("find")
    .description("names of the topics of a type")
    .argument("<type>")
    .action((type: string) => during((session) => listTopics(session, { type })));
  withQos(
    topic
      .command("echo")
      .description("print messages as they come")
      .argument("<topic>")
      .argument("[type]", "needed where the topic has none yet")
      .option("--once", "one message, then end")
      .option("-n, --count <n>", "as many messages, then end", numberFrom(1))
      .option("--field <path>", "a part of the message, such as twist.twist.linear.x")
      .option("-f, --full-length", "do not cut long arrays and texts")
      .option("--json", "a line of JSON for each message")
      .option("--timeout <s>", "end after so long; exit code 1 when nothing came", numberFrom(0, true)),
  ).action(
    (
      name: string,
      type: string | undefined,
      flags: QosFlags & { once?: boolean; count?: number; field?: string; fullLength?: boolean; json?: boolean; timeout?: number },
    ) =>
      during(async (session) => {
        const count = flags.once ? 1 : flags.count;
        const options = { field: flags.field, full: flags.fullLength, json: flags.json, timeoutS: flags.timeout, type, count };
        failUnless((await echo(session, name, defined({ ...options, ...qos(flags) }))) > 0);
      }),
  );
  for (const [name, what, run] of [
    ["hz", "how often messages come, how evenly, and how much they are, once a second", hz],
    ["delay", "how old messages are when they arrive, by their headers' stamps, once a second", delay],
  ] as const) {
    withQos(
      topic
        .command(name)
        .description(what)
        .argument("<topic>")
        .argument("[type]", "needed where the topic has none yet")
        .option("-w, --window <n>", "messages that the figures are of", numberFrom(2), 100)
        .option("--timeout <s>", "end after so long; exit code 1 when nothing came", numberFrom(0, true)),
    ).action((of: string, type: string | undefined, flags: QosFlags & { window: number; timeout?: number }) =>
      during(async (session) => {
        const options = defined({ type, timeoutS: flags.timeout, ...qos(flags) });
        failUnless((await run(session, of, { ...options, window: flags.window })) > 0);
      }),
    );
  }
  withQos(
    topic
      .command("pub")
      .description("publish a message, written as YAML: '{header: auto, twist: {linear: {x: 0.1}}}'; auto and now are the present time")
      .argument("<topic>")
      .argument("[type]", "or the message, where the topic has a type")
      .argument("[message]", "default: all fields at their defaults")
      .option("-1, --once", "once, to all that subscribe by then")
      .option("-t, --times <n>", "as often, then end", numberFrom(1))
      .option("-r, --rate <hz>", "messages a second", numberFrom(0, true), 1)
      .option("-w, --wait-subscribers <n>", "with --once or --times: how many subscriptions to wait for", numberFrom(0), 1)
      .option("--wait <s>", "how long to wait for them", numberFrom(0, true), 5),
  ).action(
    (
      name: string,
      second: string | undefined,
      third: string | undefined,
      flags: QosFlags & { once?: boolean; times?: number; rate: number; waitSubscribers: number; wait: number },
    ) => {
      // A type has no braces.
      const hasType = second !== undefined && /^\w+\/(msg\/)?\w+$/.test(second);
      const type = hasType ? fullType(second, "msg") : undefined;
      const count = flags.once ? 1 : flags.times;
      return during((session) =>
        publish(session, name, {
          message: (hasType ? third : second) ?? "{}",
          rateHz: flags.rate,
          subscribers: flags.waitSubscribers,
          waitS: flags.wait,
          ...defined({ type, count, ...qos(flags) }),
        }),
      );
    },
  );
  return topic;
}

/** Quality of service; what is not given follows from who publishes. */
function withQos(command: Command): Command {
  return command
    .addOption(new Option("--qos-reliability <kind>").choices(["reliable", "best_effort"]))
    .addOption(new Option("--qos-durability <kind>").choices(["volatile", "transient_local"]))
    .option("--qos-depth <n>", "length of the queue", numberFrom(1));
}

function qos({ qosReliability, qosDurability, qosDepth }: QosFlags): QosChoice {
  return defined({ reliability: qosReliability, durability: qosDurability, depth: qosDepth });
}
