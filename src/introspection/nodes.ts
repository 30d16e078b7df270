import { RehearseError } from "../core/error.js";
import type { NamedTypes } from "../ros/clients/graph-client.js";
import type { Session } from "./session.js";

export function listNodes({ graph, write }: Session): void {
  const names = graph.nodes();
  for (const [i, name] of names.entries()) if (name !== names[i - 1]) write(`${name}\n`);
  const twice = new Set(names.filter((name, i) => name === names[i - 1]));
  if (twice.size > 0) write(`more than one node has this name: ${[...twice].join(", ")}\n`);
}

/** What a node publishes, subscribes to, offers and calls. */
export async function nodeInfo({ graph, write }: Session, name: string): Promise<void> {
  const node = name.startsWith("/") ? name : `/${name}`;
  if (!(await graph.appears(() => graph.nodes().includes(node)))) {
    throw new RehearseError(
      "RH-ROS-NODE",
      `there is no node ${node}`,
      `there are ${[...new Set(graph.nodes())].join(", ") || "none in this domain (ROS_DOMAIN_ID)"}`,
    );
  }
  const found = graph.of(node);
  write(`${node}\n`);
  const section = (title: string, entries: readonly NamedTypes[]) => {
    write(`  ${title}:\n`);
    for (const { name: entry, types } of entries) write(`    ${entry}: ${types.join(", ")}\n`);
  };
  section("Subscribers", found.subscriptions);
  section("Publishers", found.publishers);
  section("Service Servers", found.services);
  section("Service Clients", found.clients);
}
