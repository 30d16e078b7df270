import type { ContainedNode } from "./contained-node.js";

/** `rcl_interfaces/msg/Parameter` */
export interface ParameterMessage {
  readonly name: string;
  readonly value: { readonly type: number };
}

/** `rcl_interfaces/msg/SetParametersResult` */
export interface SetResult {
  readonly successful: boolean;
  readonly reason: string;
}

interface SetRequest {
  readonly parameters: readonly ParameterMessage[];
}

interface SetResponse {
  readonly template: object;
  send(message: object): void;
}

type Handler = (request: SetRequest, response: SetResponse) => void;

/** rclnodejs's parameter services read their handlers at each request; they are private, and there is no other hook for an asynchronous answer. */
interface Handlers {
  _handleSetParameters: Handler;
  _handleSetParametersAtomically: Handler;
}

/**
 * Has a node's requests to set parameters answered by `set`, one after the other: several in one request one by one, or all or none, as the
 * request has it.
 * @param set never rejects
 * @param send hands an answer over, if that is still possible
 */
export function answerSetRequests(
  node: ContainedNode,
  set: (parameters: readonly ParameterMessage[]) => Promise<SetResult>,
  send: (response: SetResponse, message: object) => void,
): void {
  const { _parameterService: service } = node as unknown as { _parameterService: Handlers | null };
  // A node without these services receives no requests.
  if (service === null) return;
  let queue = Promise.resolve();
  const inTurn = (answer: () => Promise<void>): void => {
    // A client that is gone can't be answered; the next one must be.
    queue = queue.then(answer).catch((error) => node.errors.contain(error, "set_parameters"));
  };
  service._handleSetParameters = ({ parameters }, response) =>
    inTurn(async () => {
      const results: SetResult[] = [];
      for (const parameter of parameters) results.push(await set([parameter]));
      send(response, { ...response.template, results });
    });
  service._handleSetParametersAtomically = ({ parameters }, response) =>
    inTurn(async () => send(response, { ...response.template, result: await set(parameters) }));
}
