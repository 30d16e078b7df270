import { valuesOf } from "../core/command.js";
import type { ControllerInput } from "../core/controller-input.js";
import type { Cycle } from "../core/cycle.js";
import { RehearseError } from "../core/error.js";
import type { Trace } from "../core/trace.js";

const SCHEMA = "rehearse.trace/1";

/** JSON in a `std_msgs/msg/String`; times are decimal strings. */
export function textOfTrace({ tick, nowNs, verdict }: Cycle, inputs: readonly ControllerInput[]): string {
  const trace: Trace = { tick, nowNs, inputs, command: valuesOf(verdict.command) };
  return JSON.stringify({ schema: SCHEMA, ...trace }, (_, value) => (typeof value === "bigint" ? String(value) : value));
}

/** @throws RehearseError RH-TRACE when it is no such trace */
export function traceFromText(text: string): Trace {
  try {
    const { schema, ...trace } = JSON.parse(text, (key, value) => (key.endsWith("Ns") ? BigInt(value) : value));
    if (schema === SCHEMA && Array.isArray(trace.inputs) && Array.isArray(trace.command)) return trace as Trace;
  } catch {
    // What it says instead is in the error.
  }
  throw new RehearseError(
    "RH-TRACE",
    `a trace that isn't ${SCHEMA}: ${text.slice(0, 80)}`,
    "another program publishes on this topic, or the controller was of another version; give replay a goal, and it does without",
  );
}
