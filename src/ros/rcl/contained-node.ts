import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RehearseError } from "../../core/error.js";
import { ErrorLog } from "./error-log.js";
import { type MessageDefinition, messageSize } from "./message-size.js";
import { loggerOf, type Rcl, type RclNode } from "./rclnodejs.js";
import { answerReadRequests } from "./read-requests.js";
import { Rests } from "./rests.js";

/** Limits on the messages of a topic; what exceeds them is refused before it is read. */
export interface Intake {
  /** Elements of arrays and characters of texts in a message, together. */
  readonly size: number;
  /** Messages within `PERIOD_NS`. Absent: any number. */
  readonly perPeriod?: number;
  /** Called with RH-INPUT-SIZE or RH-INPUT-RATE. Default: logged and counted with the errors. */
  readonly onRefused?: (error: RehearseError) => void;
}

/** A node of which no callback can end the process. */
export type ContainedNode = RclNode & {
  readonly errors: ErrorLog;
  /** Bounds what is taken by a subscription of this node. */
  bound(subscription: object, intake: Intake): void;
};

/** Default limits of a topic: pictures are large. */
const TOPIC_INTAKE: Intake = { size: 1 << 25 };
/** Limits of service requests. */
const REQUEST_INTAKE: Intake = { size: 1 << 16 };
const PERIOD_NS = 20_000_000n;
/** After so much time with messages the timers come first: the next command is one of them. */
const BATCH_NS = 5_000_000n;
const REST_MS = 0.5;

export interface NodeSettings {
  /** Whether others can ask for parameters and types, and set parameters. Default: yes. */
  readonly answersParameterRequests?: boolean;
}

const NUMBERS: Readonly<Record<string, string>> = { float32: "std_msgs/msg/Float32", float64: "std_msgs/msg/Float64" };

interface NumberClass {
  readonly ArrayType: { readonly useTypedArray: boolean };
  readonly refObjectArrayType: object;
}

interface Entity {
  readonly handle: unknown;
  readonly _topic?: string;
  readonly _serviceName?: string;
  readonly serviceName?: string;
}

type Answer = (request: unknown, response: unknown) => unknown;

interface MessageClass {
  readonly ROSMessageDef: MessageDefinition;
  new (): { readonly refObject: unknown; toRawROS(): unknown; deserialize(refObject: unknown): void };
  destroyRawROS(message: object): void;
}

/** Private members of rclnodejs's nodes. */
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
 * Its time source is detached: `rosClock` also receives best-effort `/clock`, and two would have to agree.
 */
export function createContainedNode(rcl: Rcl, name: string, namespace: string, context: unknown, settings: NodeSettings): ContainedNode {
  const Base = rcl.Node as unknown as NodeClass;
  let errors: ErrorLog | undefined;
  let intake = TOPIC_INTAKE;
  const intakes = new Map<unknown, Intake & { startedNs: bigint; taken: number }>();
  const require = createRequire(import.meta.url);
  // Not among the package's exports.
  const deallocator = require(join(dirname(require.resolve("rclnodejs/package.json")), "rosidl_gen", "deallocator.cjs")) as {
    freeStructMember(owner: unknown, type: object, member: string): void;
  };
  const definitionOf = (pkg: string, type: string) => (rcl.require(`${pkg}/msg/${type}` as never) as unknown as MessageClass).ROSMessageDef;

  class Contained extends Base {
    private readonly rests = new Rests();
    /** Left over when a batch took long; they come first in the next one. */
    private left = new Set<unknown>();
    private readonly cell = new Int32Array(new SharedArrayBuffer(4));

    /** What is not taken stays with the middleware, which says so again at once; timers come in between. */
    override execute(handles: readonly unknown[]): void {
      const startNs = process.hrtime.bigint();
      const awake = handles.filter((handle) => !this.rests.isResting(handle, startNs));
      // The middleware would go on asking, with all of a processor.
      if (awake.length === 0 && handles.length > 0) Atomics.wait(this.cell, 0, 0, REST_MS);
      const inTurn = [...awake.filter((handle) => this.left.has(handle)), ...awake.filter((handle) => !this.left.has(handle))];
      this.left = new Set();
      for (const [i, handle] of inTurn.entries()) {
        const beganNs = process.hrtime.bigint();
        if (i > 0 && beganNs - startNs > BATCH_NS) {
          this.left = new Set(inTurn.slice(i));
          return;
        }
        try {
          intake = this.intakeOf(handle);
          super.execute([handle]);
        } catch (error) {
          const nowNs = process.hrtime.bigint();
          if (error instanceof RehearseError && error.code === "RH-INPUT-SIZE") this.rests.rest(handle, nowNs, nowNs - beganNs);
          if (error instanceof RehearseError && error.code.startsWith("RH-INPUT-") && intake.onRefused) intake.onRefused(error);
          else errors?.contain(error, this.nameOf(handle));
        }
      }
    }

    bound({ handle }: Entity, bounds: Intake): void {
      intakes.set(handle, { ...bounds, startedNs: 0n, taken: 0 });
    }

    private intakeOf(handle: unknown): Intake {
      const bounds = intakes.get(handle);
      if (bounds === undefined) return this._subscriptions.some((entity) => entity.handle === handle) ? TOPIC_INTAKE : REQUEST_INTAKE;
      const nowNs = process.hrtime.bigint();
      if (nowNs - bounds.startedNs >= PERIOD_NS) [bounds.startedNs, bounds.taken] = [nowNs, 0];
      bounds.taken++;
      return bounds.perPeriod !== undefined && bounds.taken > bounds.perPeriod ? { ...bounds, size: -1 } : bounds;
    }

    /** As the original, which keeps the message's memory when taking it throws, and reads all of it however large it is. */
    _runWithMessageType(Type: MessageClass, take: (raw: unknown, deserialize: () => unknown) => void): void {
      const message = new Type();
      try {
        take(message.toRawROS(), () => {
          try {
            refuseBeyond(intake.size, Type, message.refObject);
          } catch (refusal) {
            freeNumbers(Type.ROSMessageDef, message.refObject);
            throw refusal;
          }
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
  function refuseBeyond(limit: number, { ROSMessageDef: definition }: MessageClass, message: unknown): void {
    if (limit < 0)
      throw new RehearseError(
        "RH-INPUT-RATE",
        `more than ${intake.perPeriod} messages within ${PERIOD_NS / 1_000_000n} ms`,
        "the rest of them is left out; check which other node publishes this topic",
        { details: { allowed: intake.perPeriod, periodMs: Number(PERIOD_NS / 1_000_000n) } },
      );
    if (messageSize(definition, message as never, limit, definitionOf) > limit)
      throw new RehearseError(
        "RH-INPUT-SIZE",
        `a message of more than ${limit} elements and characters`,
        "it was not read; check which node sends it",
        { details: { allowed: limit } },
      );
  }

  /** rclnodejs leaves lists of floating-point numbers to the garbage collector, from when they are read on: those of a message that is not read would stay for ever. */
  function freeNumbers({ fields }: MessageDefinition, message: unknown): void {
    for (const { name, type } of fields) {
      const part = (message as Readonly<Record<string, unknown>>)[name];
      if (!type.isArray && !type.isPrimitiveType) freeNumbers(definitionOf(type.pkgName!, type.type), part);
      const list = type.isArray && NUMBERS[type.type];
      if (!list || !(Number((part as { size?: number }).size) > 0)) continue;
      const { ArrayType, refObjectArrayType } = rcl.require(list as never) as unknown as NumberClass;
      if (ArrayType.useTypedArray) deallocator.freeStructMember(part, refObjectArrayType, "data");
    }
  }

  const node = new Contained(name, namespace, context, { startParameterServices: open, startTypeDescriptionService: open });
  const log = new ErrorLog(loggerOf(node));
  errors = log;
  node._timeSource.detachNode();
  // The time source's, the only one so early: it would subscribe to /clock again.
  node._setParametersCallbacks = [];
  if (open) answerReadRequests(node, log);
  return Object.assign(node, { errors: log }) as unknown as ContainedNode;
}
