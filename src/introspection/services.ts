import { RehearseError } from "../core/error.js";
import type { GraphClient } from "../ros/clients/graph-client.js";
import { systemClock } from "../ros/rcl/clock.js";
import { messageFromYaml } from "./message-from-yaml.js";
import { messageYaml } from "./message-yaml.js";
import type { Session } from "./session.js";

export function listServices({ graph, write }: Session, options: { readonly types?: boolean }): void {
  for (const { name, types } of graph.services()) write(options.types ? `${name} [${types.join(", ")}]\n` : `${name}\n`);
}

/** Calls a service and prints its answer. @returns false when the answer has a `success` that is false */
export async function callService(
  { graph, ros, write }: Session,
  name: string,
  options: { readonly type?: string; readonly request: string; readonly timeoutS: number },
): Promise<boolean> {
  const service = graph.resolvedService(name);
  const type = options.type ?? (await serviceType(graph, service));
  const fields = graph.fields(type, "Request");
  const request = messageFromYaml(options.request, type, fields, (each) => graph.fields(each), systemClock(ros).nowNs);
  const answer = await graph.call(type, service, request, 1000 * options.timeoutS);
  write(messageYaml(answer, { full: true }));
  return (answer as { success?: unknown }).success !== false;
}

/** @throws RehearseError RH-SERVICE-ABSENT */
export async function serviceType(graph: GraphClient, service: string): Promise<string> {
  await graph.appears(() => graph.services().some(({ name }) => name === service));
  const type = graph.services().find(({ name }) => name === service)?.types[0];
  if (type !== undefined) return type;
  throw new RehearseError(
    "RH-SERVICE-ABSENT",
    `nobody offers the service ${service}`,
    "is the node running, in this domain (ROS_DOMAIN_ID) and namespace? `rehearse ros service list` shows what there is",
    { details: { service, timeoutMs: undefined } },
  );
}
