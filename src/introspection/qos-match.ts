import type { Qos } from "../messages/qos.js";
import type { EndpointInfo } from "../ros/clients/graph-client.js";

/** Quality of service of a subscription that hears as many of the publishers as one can; what is chosen stays as it is. */
export function qosFor(publishers: readonly EndpointInfo[], choice: Partial<Qos>): Qos {
  const all = (offers: (publisher: EndpointInfo) => boolean) => publishers.length > 0 && publishers.every(offers);
  return {
    depth: choice.depth ?? 10,
    reliability: choice.reliability ?? (all(({ reliability }) => reliability === "reliable") ? "reliable" : "best_effort"),
    durability: choice.durability ?? (all(({ durability }) => durability === "transient local") ? "transient_local" : "volatile"),
  };
}

export function qosText({ reliability, durability, history, depth }: EndpointInfo): string {
  // A remote endpoint does not tell its history.
  return [reliability, durability, ...(history === "unknown" ? [] : [`${history} ${depth}`])].join(", ");
}

/** A sentence for each pair that never matches: by type, by reliability, or by durability (a subscription may ask for no more than is offered). */
export function unmatched(publishers: readonly EndpointInfo[], subscriptions: readonly EndpointInfo[]): string[] {
  return publishers.flatMap((publisher) =>
    subscriptions.flatMap((subscription) => {
      const because = [
        ...(publisher.type === subscription.type ? [] : [`${publisher.type} is not ${subscription.type}`]),
        ...(publisher.reliability === "best effort" && subscription.reliability === "reliable"
          ? ["it publishes best effort, and reliable is asked for"]
          : []),
        ...(publisher.durability === "volatile" && subscription.durability === "transient local"
          ? ["it publishes volatile, and transient local is asked for"]
          : []),
      ];
      return because.length === 0 ? [] : [`${subscription.node} hears nothing of ${publisher.node}: ${because.join("; ")}`];
    }),
  );
}
