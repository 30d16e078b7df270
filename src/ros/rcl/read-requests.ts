import type { ErrorLog } from "./error-log.js";
import type { RclNode } from "./rclnodejs.js";

interface Response {
  readonly template: object;
  send(message: object): void;
}

type Handler = (request: never, response: Response) => void;

const HANDLERS = ["_handleListParameters", "_handleDescribeParameters", "_handleGetParameters", "_handleGetParameterTypes"] as const;

/**
 * Answers requests that read parameters, whatever they ask for: rclnodejs's own handlers throw at names that it doesn't know, say. What can't
 * be read gets an empty answer.
 */
export function answerReadRequests(node: RclNode, errors: ErrorLog): void {
  const { _parameterService: service } = node as unknown as { _parameterService: Record<(typeof HANDLERS)[number], Handler> };
  for (const name of HANDLERS) {
    const handle = service[name].bind(service);
    service[name] = (request, response) => {
      const answer = { template: response.template, send: (message: object) => Object.assign(answer.template, message) };
      try {
        handle(request, answer);
      } catch (error) {
        errors.contain(error, name);
      }
      // Once: a client that is gone holds up each attempt to answer it.
      response.send(answer.template);
    };
  }
}
