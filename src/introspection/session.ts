import { GraphClient } from "../ros/clients/graph-client.js";
import { openRos, type Ros } from "../ros/rcl/context.js";

/** Longest wait until the graph counts as discovered. */
const DISCOVERY_MS = 3000;

export interface Session {
  readonly ros: Ros;
  readonly graph: GraphClient;
  /** Resolves at Ctrl-C. */
  readonly interrupted: Promise<void>;
  write(text: string): void;
}

/** Joins the ROS graph for one command, waits until it is discovered, and leaves it again. */
export async function inSession<Result>(
  rosArgs: readonly string[],
  work: (session: Session) => Promise<Result>,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Promise<Result> {
  const ros = await openRos({ args: rosArgs });
  try {
    const graph = new GraphClient(ros);
    await graph.settle(DISCOVERY_MS);
    return await work({ ros, graph, interrupted: ros.stopped.then(() => undefined), write });
  } finally {
    await ros.shutdown();
  }
}
