import { RehearseError } from "../../core/error.js";
import { excerpt } from "../../core/visible-text.js";
import { isForNode, isOfEveryNode } from "../../parameters/for-node.js";
import { type Parameter, type ParameterTable, type ParameterValue, type ParameterValues, typeOf } from "../../parameters/parameter.js";
import { checkParameter, parameterOf, resolveParameters } from "../../parameters/resolve-parameters.js";
import type { ContainedNode } from "./contained-node.js";
import type { Ros } from "./context.js";
import { descriptorOf, RCL_TYPES } from "./parameter-descriptor.js";
import { ruleMatches } from "./parameter-overrides.js";
import { loggerOf, type Rcl } from "./rclnodejs.js";
import { answerSetRequests, type ParameterMessage, type SetResult } from "./set-requests.js";

type RclParameter = InstanceType<Rcl["Parameter"]>;

/**
 * Rejects with what is wrong with values that are each allowed, but not together; those before then go on to hold.
 * Resolves with the parameters that `takeIn` takes in with them; undefined: no change.
 */
export type ParameterReview<Values> = (proposed: Values) => Promise<ParameterTable | undefined>;

const SET = "a request to set it";

/**
 * The declared parameters of one node, by its table. A change from outside is checked by the table, then by the node's review as a whole with all
 * others; only then it holds, and only then it is answered. Changes are taken one after the other.
 */
export class Parameters<T extends ParameterTable = ParameterTable> {
  private current: ParameterValues<T>;
  private table: ParameterTable;
  private review: ParameterReview<ParameterValues<T>> = async () => undefined;
  private readonly listeners: ((values: ParameterValues<T>, before: ParameterValues<T>) => void)[] = [];
  private closed = false;

  /**
   * @param tableOf the table with what depends on the values that the node is started with
   * @throws RehearseError RH-PARAM-UNKNOWN, RH-PARAM-TYPE, RH-PARAM-RANGE for what the command line or a parameter file gives
   */
  constructor(
    private readonly ros: Ros,
    private readonly node: ContainedNode,
    private readonly base: T,
    tableOf: (given: Readonly<Record<string, unknown>>) => ParameterTable = () => base,
  ) {
    const given = this.given();
    this.table = tableOf(Object.fromEntries(given.map(({ name, value }) => [name, value])));
    const meant = given.filter(({ name, isForAll }) =>
      isForAll ? isForNode(this.table, name, "what all nodes are given") : !isOfEveryNode(name),
    );
    const values = Object.fromEntries(meant.map(({ name, value }) => [name, value]));
    this.current = resolveParameters(this.table, values, "what the node was started with") as ParameterValues<T>;
    for (const name of Object.keys(this.table)) this.declare(name, (this.current as Record<string, ParameterValue>)[name]!);
    ros.onClose(() => {
      this.closed = true;
    });
    answerSetRequests(
      node,
      (messages) => this.answer(messages),
      (response, message) => {
        if (!this.closed) response.send(message);
      },
    );
  }

  /** What holds now; another object after each change. */
  get values(): ParameterValues<T> {
    return this.current;
  }

  /** Has each change reviewed before it holds, for as long as that takes. */
  reviewBy(review: ParameterReview<ParameterValues<T>>): void {
    this.review = review;
  }

  /** Takes parameters in beside the table's own, in place of those that were taken in before. What has a value keeps it. */
  takeIn(own: ParameterTable): void {
    const values: Record<string, ParameterValue> = { ...(this.current as Record<string, ParameterValue>) };
    const table: Record<string, Parameter> = { ...this.base, ...own };
    const isSame = (name: string) => JSON.stringify(table[name]) === JSON.stringify(this.table[name]);
    const before = Object.keys(this.table).filter((name) => !isSame(name));
    for (const name of before) this.node.undeclareParameter(name);
    for (const name of before.filter((each) => !Object.hasOwn(table, each))) delete values[name];
    const fresh = Object.keys(table).filter((name) => !isSame(name));
    this.table = table;
    for (const name of fresh) {
      values[name] ??= table[name]!.default;
      this.declare(name, values[name]);
    }
    this.current = Object.freeze(values) as ParameterValues<T>;
  }

  private declare(name: string, value: ParameterValue): void {
    this.node.declareParameter(this.rclParameter(name, value), descriptorOf(this.ros.rcl, name, this.table[name]!), true);
  }

  /** Called after each change has taken effect. */
  onChange(listener: (values: ParameterValues<T>, before: ParameterValues<T>) => void): void {
    this.listeners.push(listener);
  }

  /** What rcl has read for this node from files and from the command line; of what is said to all nodes, the node's own. */
  private given() {
    const { node } = this;
    const names = { name: node.name(), fullName: node.getFullyQualifiedName() };
    const rules = this.ros.overrides.filter(({ name }) => ruleMatches(name, names));
    return rules.flatMap((rule) => rule.parameters.map(({ name, value }) => ({ name, value, isForAll: rule.name === "/**" })));
  }

  private async answer(messages: readonly ParameterMessage[]): Promise<SetResult> {
    try {
      return await this.change(messages);
    } catch (error) {
      const reason = error instanceof RehearseError ? error.describe() : String(error);
      loggerOf(this.node).warn(`a parameter was not set: ${reason}`);
      return { successful: false, reason };
    }
  }

  private async change(messages: readonly ParameterMessage[]): Promise<SetResult> {
    const { node, table } = this;
    const changes: Record<string, ParameterValue> = {};
    const parameters: RclParameter[] = [];
    for (const message of messages) {
      const { name } = message;
      if (name === "use_sim_time") {
        const asked = this.decoded(message);
        if (asked.value === node.getParameter(name).value) continue;
        throw new RehearseError(
          "RH-PARAM-FIXED",
          "parameter 'use_sim_time' can't be changed while the node runs: all that it remembers has times of one clock",
          "start the node anew with -p use_sim_time:=true or false",
          { details: { parameter: name } },
        );
      }
      // QoS is declared by this runtime's endpoints.
      if (!Object.hasOwn(table, name) && node.hasParameter(name)) {
        parameters.push(this.decoded(message));
        continue;
      }
      const parameter = parameterOf(table, name, SET);
      if (parameter.dynamic !== true)
        throw new RehearseError(
          "RH-PARAM-FIXED",
          `parameter '${name}' can't be changed while the node runs`,
          "start the node anew with another value",
          { details: { parameter: name } },
        );
      const value = checkParameter(name, parameter, this.decoded(message).value, SET);
      changes[name] = value;
      parameters.push(this.rclParameter(name, value));
    }
    const before = this.current;
    const after: ParameterValues<T> = Object.freeze({ ...before, ...changes });
    const own = await this.review(after);
    const result = node.setParametersAtomically(parameters) as unknown as SetResult;
    if (!result.successful) {
      await this.review(before);
      return { successful: false, reason: result.reason };
    }
    if (Object.keys(changes).length === 0) return result;
    this.current = after;
    if (own !== undefined) this.takeIn(own);
    for (const listener of this.listeners) listener(this.current, before);
    return result;
  }

  /** rclnodejs throws at types that it does not know, and takes one of type "not set" for a wish to remove the parameter. */
  private decoded(message: ParameterMessage): RclParameter {
    const refused = (why: string) =>
      new RehearseError(
        "RH-PARAM-TYPE",
        `parameter '${excerpt(message.name)}' can't be set: ${why}`,
        "give a value of the parameter's own type",
        {
          details: { parameter: message.name, expected: "a value of a type that ROS 2 has", received: undefined },
        },
      );
    if (message.value.type === 0) throw refused("it has no value");
    try {
      return this.ros.rcl.Parameter.fromParameterMessage(message as never);
    } catch (cause) {
      throw refused(String(cause));
    }
  }

  private rclParameter(name: string, value: ParameterValue): RclParameter {
    const type = typeOf(this.table[name]!);
    return new this.ros.rcl.Parameter(name, RCL_TYPES[type] as never, type === "integer" ? BigInt(value as number) : value);
  }
}
