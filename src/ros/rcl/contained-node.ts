import { ErrorLog } from "./error-log.js";
import { loggerOf, type Rcl, type RclNode } from "./rclnodejs.js";
import { answerReadRequests } from "./read-requests.js";

/** A node of which no callback can end the process. */
export type ContainedNode = RclNode & { readonly errors: ErrorLog };

export interface NodeSettings {
  /** Whether others can ask for parameters and types, and set parameters. Default: yes. */
  readonly answersParameterRequests?: boolean;
}

interface Entity {
  readonly handle: unknown;
  readonly _topic?: string;
  readonly _serviceName?: string;
  readonly serviceName?: string;
}

type Answer = (request: unknown, response: unknown) => unknown;

interface MessageClass {
  new (): { readonly refObject: unknown; toRawROS(): unknown; deserialize(refObject: unknown): void };
  destroyRawROS(message: object): void;
}

/** What rclnodejs keeps to itself of its nodes. */
interface Internals extends RclNode {
  readonly _subscriptions: readonly Entity[];
  readonly _services: readonly Entity[];
  readonly _clients: readonly Entity[];
  readonly _timeSource: { detachNode(): void };
  _setParametersCallbacks: unknown[];
  execute(handles: readonly unknown[]): void;
  createService(...args: never[]): never;
}

type NodeClass = new (name: string, namespace: string, context: unknown, options: object) => Internals;

/**
 * Makes a node. rclnodejs calls back from native code, where a JavaScript exception ends the process with SIGABRT and no last command is sent; and
 * its own handlers throw at what strangers may send (a parameter of an unknown type, a client that is gone before its answer). Here each callback
 * is called by itself, and what it throws is logged and counted.
 * Its time source is detached: `rosClock` hears `/clock` better, and two would have to agree.
 */
export function createContainedNode(rcl: Rcl, name: string, namespace: string, context: unknown, settings: NodeSettings): ContainedNode {
  const Base = rcl.Node as unknown as NodeClass;
  let errors: ErrorLog | undefined;

  class Contained extends Base {
    override execute(handles: readonly unknown[]): void {
      for (const handle of handles) {
        try {
          super.execute([handle]);
        } catch (error) {
          errors?.contain(error, this.nameOf(handle));
        }
      }
    }

    /** As the original, which keeps the message's memory when taking it throws. */
    _runWithMessageType(Type: MessageClass, take: (raw: unknown, deserialize: () => unknown) => void): void {
      const message = new Type();
      try {
        take(message.toRawROS(), () => {
          const result = new Type();
          result.deserialize(message.refObject);
          return result;
        });
      } finally {
        Type.destroyRawROS(message);
      }
    }

    override createService(...args: never[]): never {
      const answer = args.at(-1) as unknown as Answer;
      const contained = async (request: unknown, response: unknown): Promise<unknown> => {
        try {
          return await answer(request, response);
        } catch (error) {
          errors?.contain(error, String(args[1]));
          return undefined;
        }
      };
      return super.createService(...(args.slice(0, -1) as never[]), contained as never);
    }

    private nameOf(handle: unknown): string {
      const entity = [...this._subscriptions, ...this._services, ...this._clients].find((candidate) => candidate.handle === handle);
      return entity?._topic ?? entity?._serviceName ?? entity?.serviceName ?? "callback";
    }
  }

  const open = settings.answersParameterRequests ?? true;
  const node = new Contained(name, namespace, context, { startParameterServices: open, startTypeDescriptionService: open });
  const log = new ErrorLog(loggerOf(node));
  errors = log;
  node._timeSource.detachNode();
  // The time source's, the only one so early: it would subscribe to /clock again.
  node._setParametersCallbacks = [];
  if (open) answerReadRequests(node, log);
  return Object.assign(node, { errors: log });
}
