import type { z } from "zod";
import type { KeyFault } from "../core/error-details.js";

/** What is wrong with the content of a file, key by key. An unknown key is a fault of its own. */
export function keyFaults(issues: readonly z.core.$ZodIssue[], content: unknown): KeyFault[] {
  const fault = (path: readonly PropertyKey[], expected: string): KeyFault => ({
    key: path.map(String).join("."),
    found: valueAt(content, path),
    expected,
  });
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => fault([...issue.path, key], "no such key"))
      : [fault(issue.path, issue.message)],
  );
}

/** Undefined: there is nothing. */
export function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (part !== null && typeof part === "object" ? (part as Record<PropertyKey, unknown>)[key] : undefined),
    content,
  );
}
