import type { LifecycleState } from "../nodes/lifecycle.js";
import type { LifecycleRequest } from "../nodes/managed-node.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints } from "../rcl/endpoints.js";

const ANSWER_MS = 10_000;

/** Asks a managed node for its state and for transitions, as a lifecycle manager does. */
export class LifecycleClient {
  private readonly endpoints: Endpoints;

  constructor(ros: Ros) {
    const node = ros.createNode("lifecycle_client", "", { answersParameterRequests: false });
    this.endpoints = new Endpoints(ros, node);
    node.spin();
  }

  /** @returns whether the node went through it @throws RehearseError RH-SERVICE-ABSENT */
  async request(node: string, transition: LifecycleRequest): Promise<boolean> {
    const type = "lifecycle_msgs/srv/ChangeState";
    const request = { transition: { id: 0, label: transition } };
    const { success } = await this.endpoints.call<{ success: boolean }>(type, `${node}/change_state`, request, ANSWER_MS);
    return success;
  }

  /** @throws RehearseError RH-SERVICE-ABSENT */
  async state(node: string): Promise<LifecycleState> {
    const type = "lifecycle_msgs/srv/GetState";
    const answer = await this.endpoints.call<{ current_state: { label: LifecycleState } }>(type, `${node}/get_state`, {}, ANSWER_MS);
    return answer.current_state.label;
  }
}
