import { RehearseError } from "../core/error.js";
import type { GraphClient } from "../ros/clients/graph-client.js";
import type { Session } from "./session.js";

const GET = "/get_state";
/** A model may take its time to load. */
const ANSWER_MS = 60_000;

export function listManagedNodes({ graph, write }: Session): void {
  for (const name of managed(graph)) write(`${name}\n`);
}

export async function lifecycleState({ graph, write }: Session, node: string): Promise<void> {
  const { id, label } = await state(graph, await managedNode(graph, node));
  write(`${label} [${id}]\n`);
}

/** @returns whether the node went through the transition */
export async function lifecycleSet({ graph, write }: Session, node: string, transition: string): Promise<boolean> {
  const name = await managedNode(graph, node);
  const available = await transitions(graph, name);
  if (!available.includes(transition)) {
    const { label } = await state(graph, name);
    throw new RehearseError(
      "RH-ROS-TRANSITION",
      `${name} is ${label}, and has no transition ${transition} from there`,
      `from there it can ${available.join(", ") || "do nothing"}`,
    );
  }
  const type = "lifecycle_msgs/srv/ChangeState";
  const answer = await graph.call(type, `${name}/change_state`, { transition: { id: 0, label: transition } }, ANSWER_MS);
  const { label } = await state(graph, name);
  const done = (answer as { success: boolean }).success;
  write(done ? `${name} is ${label}\n` : `${name} failed to ${transition}, and is ${label}: its log and /diagnostics say why\n`);
  return done;
}

async function state(graph: GraphClient, name: string): Promise<{ id: number; label: string }> {
  const answer = await graph.call("lifecycle_msgs/srv/GetState", `${name}${GET}`, {}, ANSWER_MS);
  return (answer as { current_state: { id: number; label: string } }).current_state;
}

async function transitions(graph: GraphClient, name: string): Promise<string[]> {
  const type = "lifecycle_msgs/srv/GetAvailableTransitions";
  const answer = await graph.call(type, `${name}/get_available_transitions`, {}, ANSWER_MS);
  const found = (answer as { available_transitions: { transition: { label: string } }[] }).available_transitions;
  return [...new Set(found.map(({ transition }) => transition.label))];
}

function managed(graph: GraphClient): string[] {
  return graph.services().flatMap(({ name, types }) => (types.includes("lifecycle_msgs/srv/GetState") ? [name.slice(0, -GET.length)] : []));
}

/** @throws RehearseError RH-ROS-NODE */
async function managedNode(graph: GraphClient, node: string): Promise<string> {
  const name = node.startsWith("/") ? node : `/${node}`;
  if (await graph.appears(() => managed(graph).includes(name))) return name;
  const all = managed(graph);
  const isThere = graph.nodes().includes(name);
  throw new RehearseError(
    "RH-ROS-NODE",
    isThere ? `${name} is no managed node: it has no states` : `there is no node ${name}`,
    `managed nodes: ${all.join(", ") || "none in this domain"}`,
  );
}
