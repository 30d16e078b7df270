import { Document, isScalar, visit } from "yaml";

/** Elements and characters beyond which arrays and texts are cut, as `ros2 topic echo` cuts them. */
const SHORT = 128;

/** A message as YAML, with the fields' names of its .msg file, in its order; long arrays and texts end in "..." unless `full`. */
export function messageYaml(message: unknown, options: { readonly full?: boolean } = {}): string {
  const document = new Document(plain(message, options.full ?? false));
  visit(document, {
    Seq(_, sequence) {
      // Numbers read better in a row.
      if (sequence.items.every((item) => isScalar(item))) sequence.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The same for JSON: typed arrays as lists, 64-bit integers as numbers where they are exact and as texts otherwise, NaN and infinities as texts. */
export function messageJson(message: unknown): string {
  return JSON.stringify(plain(message, true), (_, value) => {
    if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
}

function plain(value: unknown, full: boolean): unknown {
  if (typeof value === "string") return full || value.length <= SHORT ? value : `${value.slice(0, SHORT)}...`;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = Array.from(value as ArrayLike<unknown>);
    const kept = (full ? items : items.slice(0, SHORT)).map((item) => plain(item, full));
    return kept.length < items.length ? [...kept, "..."] : kept;
  }
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field, full)]));
}

/** A part of a message, by a path as `twist.twist.linear.x` or `ranges[3]`. @returns undefined: there is no such part */
export function partOf(message: unknown, path: string): unknown {
  let part = message;
  for (const name of path.split(/[.[\]]+/).filter((each) => each !== "")) {
    if (part === null || typeof part !== "object" || !Object.hasOwn(part, name)) return undefined;
    part = (part as Record<string, unknown>)[name];
  }
  return part;
}
