/**
 * The same message, with every string made as long as its UTF-8 form by NULs at its end. The serialiser takes a string's length in UTF-16
 * units for its length in bytes and writes that many: without this, text beyond ASCII is cut; with it, the NULs are what is cut.
 */
export function exactStrings<Value>(value: Value): Value {
  if (typeof value === "string") {
    const missing = Buffer.byteLength(value, "utf8") - value.length;
    return missing === 0 ? value : ((value + "\0".repeat(missing)) as Value);
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const before = (value as Record<string, unknown>)[key];
    const after = exactStrings(before);
    if (after === before) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = after;
  }
  return (copy ?? value) as Value;
}
