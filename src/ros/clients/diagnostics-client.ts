import { RELIABLE_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints } from "../rcl/endpoints.js";

/** Listens to /diagnostics. */
export class DiagnosticsClient {
  private readonly listeners: { readonly name: string; readonly take: (values: Readonly<Record<string, string>>) => void }[] = [];

  constructor(ros: Ros) {
    const node = ros.createNode("diagnostics_client", "", { answersParameterRequests: false });
    const endpoints = new Endpoints(ros, node);
    endpoints.subscribe("diagnostic_msgs/msg/DiagnosticArray", TOPICS.diagnostics, RELIABLE_QOS, ({ status }) => {
      for (const { name, values } of status) {
        const read = Object.fromEntries(values.map(({ key, value }) => [key, value]));
        for (const listener of this.listeners) if (listener.name === name) listener.take(read);
      }
    });
    node.spin();
  }

  /** Receives the values of one status, as in `rehearse: controller`, about once a second. */
  watch(name: string, take: (values: Readonly<Record<string, string>>) => void): void {
    this.listeners.push({ name, take });
  }
}
