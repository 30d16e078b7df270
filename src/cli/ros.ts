import { Command } from "commander";
import { bagInfo } from "../introspection/bag-info.js";
import { installedInterfaces, interfaceText } from "../introspection/interfaces.js";
import { lifecycleSet, lifecycleState, listManagedNodes } from "../introspection/lifecycle.js";
import { listNodes, nodeInfo } from "../introspection/nodes.js";
import { describeParameter, dumpParameters, listParameters, NodeParameters } from "../introspection/parameters.js";
import { callService, listServices, serviceType } from "../introspection/services.js";
import { defined, during, failUnless, fullType } from "./in-session.js";
import { numberFrom } from "./number-option.js";
import { topicCommand } from "./ros-topic.js";

/** `rehearse ros …`: what the `ros2` command does, for machines on which it is not installed. */
export function rosCommand(): Command {
  return new Command("ros")
    .description("topics, nodes, services, parameters and lifecycle of the ROS graph, as the ros2 command shows them, without it")
    .addCommand(topicCommand())
    .addCommand(nodeCommand())
    .addCommand(serviceCommand())
    .addCommand(parameterCommand())
    .addCommand(lifecycleCommand())
    .addCommand(interfaceCommand())
    .addCommand(bagCommand());
}

function nodeCommand(): Command {
  const node = new Command("node").description("list, info");
  node
    .command("list")
    .description("names of all nodes")
    .action(() => during(listNodes));
  node
    .command("info")
    .description("what a node publishes, subscribes to, offers and calls")
    .argument("<node>")
    .action((name: string) => during((session) => nodeInfo(session, name)));
  return node;
}

function serviceCommand(): Command {
  const service = new Command("service").description("list, type, call");
  service
    .command("list")
    .description("names of all services")
    .option("-t, --show-types", "with their types")
    .action((flags: { showTypes?: boolean }) => during((session) => listServices(session, { types: flags.showTypes ?? false })));
  service
    .command("type")
    .description("the type of a service")
    .argument("<service>")
    .action((name: string) => during(async ({ graph, write }) => write(`${await serviceType(graph, graph.resolvedService(name))}\n`)));
  service
    .command("call")
    .description("call a service and print its answer; exit code 1 when its `success` is false")
    .argument("<service>")
    .argument("[type]", "or the request; the type is known of services that there are")
    .argument("[request]", "as YAML; default: all fields at their defaults")
    .option("--timeout <s>", "how long to wait for the answer", numberFrom(0, true), 5)
    .action((name: string, second: string | undefined, third: string | undefined, flags: { timeout: number }) => {
      const hasType = second !== undefined && /^\w+\/(srv\/)?\w+$/.test(second);
      const request = (hasType ? third : second) ?? "{}";
      const type = defined({ type: hasType ? fullType(second, "srv") : undefined });
      return during(async (session) => failUnless(await callService(session, name, { request, timeoutS: flags.timeout, ...type })));
    });
  return service;
}

function parameterCommand(): Command {
  const parameter = new Command("param").description("list, get, set, describe, dump");
  parameter
    .command("list")
    .description("names of the parameters of a node, or of all nodes")
    .argument("[node]")
    .action((node: string | undefined) => during((session) => listParameters(session, node)));
  parameter
    .command("get")
    .description("the value of a parameter")
    .argument("<node>")
    .argument("<name>")
    .action((node: string, name: string) =>
      during(async ({ graph, write }) => write(`${JSON.stringify((await new NodeParameters(graph, node).get([name]))[0])}\n`)),
    );
  parameter
    .command("set")
    .description("set a parameter; exit code 1, with the node's reason, when it refuses")
    .argument("<node>")
    .argument("<name>")
    .argument("<value>", "as YAML: 0.5, true, text, [1, 2]")
    .action((node: string, name: string, value: string) =>
      during(async ({ graph, write }) => {
        await new NodeParameters(graph, node).set(name, value);
        write("set\n");
      }),
    );
  parameter
    .command("describe")
    .description("type, range and meaning of a parameter")
    .argument("<node>")
    .argument("<name>")
    .action((node: string, name: string) => during((session) => describeParameter(session, node, name)));
  parameter
    .command("dump")
    .description("all parameters of a node, as a parameter file")
    .argument("<node>")
    .action((node: string) => during((session) => dumpParameters(session, node)));
  return parameter;
}

function lifecycleCommand(): Command {
  const lifecycle = new Command("lifecycle").description("nodes, get, set");
  lifecycle
    .command("nodes")
    .description("names of the managed nodes")
    .action(() => during(listManagedNodes));
  lifecycle
    .command("get")
    .description("the state of a managed node")
    .argument("<node>")
    .action((node: string) => during((session) => lifecycleState(session, node)));
  lifecycle
    .command("set")
    .description("take a managed node through a transition: configure, activate, deactivate, cleanup, shutdown")
    .argument("<node>")
    .argument("<transition>")
    .action((node: string, transition: string) => during(async (session) => failUnless(await lifecycleSet(session, node, transition))));
  return lifecycle;
}

function interfaceCommand(): Command {
  const prefixes = () => (process.env.AMENT_PREFIX_PATH ?? "").split(":").filter((each) => each !== "");
  const command = new Command("interface").description("list, show");
  command
    .command("list")
    .description("the message, service and action types that are installed")
    .action(() => print(`${installedInterfaces(prefixes()).join("\n")}\n`));
  command
    .command("show")
    .description("the definition of a type")
    .argument("<type>")
    .action((type: string) => print(interfaceText(type, prefixes())));
  return command;
}

function bagCommand(): Command {
  const bag = new Command("bag").description("info");
  bag
    .command("info")
    .description("duration, topics, types and counts of a bag (MCAP), and where it is damaged")
    .argument("<bag>", "folder or .mcap file")
    .action(async (path: string) => print(`${await bagInfo(path)}\n`));
  return bag;
}

function print(text: string): void {
  process.stdout.write(text);
}
