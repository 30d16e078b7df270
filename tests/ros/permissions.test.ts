import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GoalClient } from "../../src/ros/clients/goal-client.js";
import { SimulationClient } from "../../src/ros/clients/simulation-client.js";
import { StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import type { RclNode } from "../../src/ros/rcl/rclnodejs.js";
import { topicsOf } from "../../src/supervisor/security/access-documents.js";
import { enclavesFor } from "../../src/supervisor/security/enclaves.js";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, sleep, withRos } from "./support.js";

/** As DDS Security compares topics with a permission's expression. */
function isCovered(topic: string, expressions: readonly string[]): boolean {
  return expressions.some((expression) => {
    const pattern = expression.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${pattern.join(".*")}$`).test(topic);
  });
}

/** What a node does in the graph, as DDS topics. */
function dds(node: RclNode, name: string): { publish: string[]; subscribe: string[] } {
  const names = (found: unknown) => (found as { name: string }[]).map((each) => each.name);
  const services = names(node.getServiceNamesAndTypesByNode(name, "/"));
  const clients = names(node.getClientNamesAndTypesByNode(name, "/"));
  return {
    publish: [
      ...names(node.getPublisherNamesAndTypesByNode(name, "/", false)).map((topic) => `rt${topic}`),
      ...services.map((service) => `rr${service}Reply`),
      ...clients.map((service) => `rq${service}Request`),
    ],
    subscribe: [
      ...names(node.getSubscriptionNamesAndTypesByNode(name, "/", false)).map((topic) => `rt${topic}`),
      ...services.map((service) => `rq${service}Request`),
      ...clients.map((service) => `rr${service}Reply`),
    ],
  };
}

describe("the permissions of `rehearse secure`, beside what the nodes do in the graph", () => {
  const context = withRos();
  const processes: NodeProcess[] = [];
  const enclaves = enclavesFor(["alice"]);
  let watcher: RclNode;

  beforeAll(async () => {
    const { ros } = context;
    for (const name of ["simulation", "guard", "standby", "controller"] as const) processes.push(new NodeProcess(name));
    const endpoints = new Endpoints(ros, ros.createNode("watcher"));
    endpoints.node.spin();
    watcher = endpoints.node;
    const status = new StatusClient(ros);
    status.controller.subscribe(() => {});
    status.guard.subscribe(() => {});
    status.world.subscribe(() => {});
    new SimulationClient(ros);
    new GoalClient(ros);
    const there = () =>
      ["simulation", "guard", "standby", "controller", "status_client"].every((name) => watcher.getNodeNames().includes(name));
    await eventually(there, "all nodes", 60_000);
    await sleep(4000);
  }, 90_000);

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
  });

  it.each([
    ["guard", "guard"],
    ["standby", "standby"],
    ["controller", "controller"],
    ["simulation", "simulation"],
    ["status_client", "supervisor"],
    ["goal_client", "supervisor"],
    ["simulation_client", "supervisor"],
    ["status_client", "operators/alice"],
    ["goal_client", "operators/alice"],
  ])("%s gets along with the rights of /%s", (node, name) => {
    const does = dds(watcher, node);
    expect(does.publish.length + does.subscribe.length, node).toBeGreaterThan(2);
    const may = topicsOf(enclaves.find((enclave) => enclave.name === name)!, { namespace: "", renamed: {} });
    for (const side of ["publish", "subscribe"] as const)
      expect(
        does[side].filter((topic) => !isCovered(topic, may[side])),
        side,
      ).toEqual([]);
  });

  it("leaves the guard and the standby nothing that they do not use, but what an arm needs", () => {
    for (const name of ["guard", "standby"]) {
      const does = dds(watcher, name);
      const may = topicsOf(enclaves.find((enclave) => enclave.name === name)!, { namespace: "", renamed: {} });
      const unused = may.publish.filter((topic) => !does.publish.includes(topic));
      expect(unused, name).toEqual(expect.arrayContaining(["ros_discovery_info", "rt/commands"]));
      expect(unused.filter((topic) => !["ros_discovery_info", "rt/commands", "rt/parameter_events", "rt/rosout"].includes(topic))).toEqual(
        [],
      );
    }
  });
});
