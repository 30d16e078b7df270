/** Part of what rclnodejs generates for a message type: its fields, as the .msg file has them. */
interface FieldType {
  readonly pkgName: string | null;
  readonly type: string;
  readonly isArray: boolean;
  readonly isPrimitiveType: boolean;
}

export interface MessageDefinition {
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
}

/** A message as the middleware has taken it, in native memory; nothing is copied before it is read. */
type Native = Readonly<Record<string, unknown>>;

interface NativeSequence {
  readonly size: number;
  readonly data: { length: number; readonly [index: number]: unknown };
}

/** What a message as an element of an array counts for, besides its own parts. */
const ELEMENT = 16;

/**
 * How much work a message is to read, before it is read: elements of arrays and characters of texts, together. Stops counting beyond `limit`.
 * @param definitionOf of a message type that is a part of another
 */
export function messageSize(
  definition: MessageDefinition,
  message: Native,
  limit: number,
  definitionOf: (pkg: string, type: string) => MessageDefinition,
): number {
  let size = 0;
  for (const { name, type } of definition.fields) {
    const value = message[name];
    const part = (native: unknown): number => {
      if (type.type === "string" || type.type === "wstring") return Number((native as { size: number }).size);
      return type.isPrimitiveType ? 1 : messageSize(definitionOf(type.pkgName!, type.type), native as Native, limit - size, definitionOf);
    };
    if (!type.isArray) size += part(value);
    else {
      // Arrays of a fixed length have no size of their own, and can't grow.
      const sequence = value as NativeSequence;
      const { size: length } = sequence;
      if (length === undefined) continue;
      const plain = type.isPrimitiveType && type.type !== "string" && type.type !== "wstring";
      size += plain ? length : length * ELEMENT;
      if (plain || size > limit || length === 0) continue;
      // A view of the native array, which doesn't know how long it is.
      const { data } = sequence;
      data.length = length;
      for (let i = 0; i < length && size <= limit; i++) size += part(data[i]);
    }
    if (size > limit) return size;
  }
  return size;
}
