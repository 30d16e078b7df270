import type { MessageBounds } from "./intakes.js";
import type { MessageName, MessageTypes } from "./types.js";

/** The processes that subscribe by the table: the controller's node and the guard's. */
export type Reader = "controller" | "guard";

/** A topic of the table. Those that are also read have `decode` and say by whom: see `InputTopic`. */
export interface Topic<Name extends string = string, Type extends MessageName = MessageName> {
  /** Relative, so that a namespace or a remapping moves it; global names begin with a slash. */
  readonly topic: Name;
  readonly type: Type;
  /** `rehearse record` records it by default. */
  readonly recorded?: boolean;
}

interface Reading {
  readonly recorded?: boolean;
  readonly readBy?: readonly Reader[];
  /** How it is subscribed to; `latched`: the last message counts too, if it was published before. */
  readonly qos?: "sensor" | "reliable" | "latched";
  /** What is left unread; default: nothing but what is larger than any picture. */
  readonly intake?: MessageBounds;
  /** It is the body's measurement of this name, and read only where the embodiment measures this. */
  readonly measurement?: "odometry" | "joints";
  /** Read only by robots that move about on the floor. */
  readonly floor?: boolean;
  /** Each publisher counts by itself: such a topic has its own subscriptions (`StopListener`). */
  readonly byPublisher?: boolean;
  /** The streams of a replay; a bag without a required one can't be replayed. */
  readonly replayed?: "required" | "optional";
  /** Found in a bag by its name alone: other topics have its type, too. */
  readonly byName?: boolean;
  /** A measurement without a stamp gets the time of its recording on replay; live it counts as stale. */
  readonly measured?: boolean;
  /** Other types that `decode` can read in a bag. */
  readonly otherTypes?: readonly MessageName[];
}

/** A topic that is read by a node or from a bag. */
export interface InputTopic<Name extends string = string, Type extends MessageName = MessageName, Value = unknown>
  extends Topic<Name, Type>,
    Reading {
  /** @param joints names in the order of the robot file, for measurements of the body @throws RehearseError for what can't be used: the message is refused */
  decode(message: MessageTypes[Type], joints: readonly string[]): Value;
}

export type TopicTable = Readonly<Record<string, Topic | InputTopic>>;

export type ValueOf<Entry> = Entry extends { decode(...args: never[]): infer Value } ? Value : never;

/** Keys of the topics that a replay reads from a bag. */
export type ReplayedKey<Table> = { [Key in keyof Table]: Table[Key] extends { replayed: string } ? Key : never }[keyof Table] & string;

/** Keys of the topics that a node subscribes to by the table. */
export type ReadKey<Table, Who extends Reader> = {
  [Key in keyof Table]: Table[Key] extends { byPublisher: true }
    ? never
    : Table[Key] extends { readBy: readonly (infer Readers)[] }
      ? Who extends Readers
        ? Key
        : never
      : never;
}[keyof Table] &
  string;

export function output<const Name extends string, Type extends MessageName, const Rest extends { readonly recorded?: boolean }>(
  topic: Name,
  type: Type,
  rest?: Rest,
): Topic<Name, Type> & Rest {
  return { topic, type, ...rest } as Topic<Name, Type> & Rest;
}

export function input<const Name extends string, Type extends MessageName, Value, const Rest extends Reading>(
  topic: Name,
  type: Type,
  decode: (message: MessageTypes[Type], joints: readonly string[]) => Value,
  rest: Rest,
): InputTopic<Name, Type, Value> & Rest {
  return { topic, type, decode, ...rest };
}

/** The entries that a program reads; `Table` may be another table than the project's own. */
export function inputsOf(table: TopicTable): (readonly [key: string, entry: InputTopic])[] {
  return Object.entries(table).filter((pair): pair is [string, InputTopic] => "decode" in pair[1]);
}
