import { describe, expect, it } from "vitest";
import type { ControllerInput } from "../../../src/core/controller-input.js";
import type { Cycle } from "../../../src/core/cycle.js";
import { textOfTrace, traceFromText } from "../../../src/messages/trace.js";

const inputs: readonly ControllerInput[] = [
  { kind: "body", stampNs: 1_700_000_000_123_456_789n, atNs: 1_700_000_000_124_000_001n },
  { kind: "goal", goal: "pose", stampNs: 0n, atNs: 5n, frames: ["odom"] },
  { kind: "event", event: "estop" },
  { kind: "request", stampNs: 1n, atNs: 2n, steadyNs: 3n },
  { kind: "plan", atNs: 4n, iterations: 6 },
  { kind: "plan-failed" },
];
const command = { kind: "twist", vxMps: 0.1 + 0.2, vyMps: 0, yawRateRps: -1 / 3 } as const;
const cycle: Cycle = {
  tick: 7,
  nowNs: 9_007_199_254_740_993n,
  mode: "tracking",
  body: undefined,
  plan: undefined,
  planAgeNs: undefined,
  verdict: { kind: "pass", command },
};

describe("a trace", () => {
  it("holds every input to the nanosecond and every number to the last bit", () => {
    expect(traceFromText(textOfTrace(cycle, inputs))).toEqual({
      tick: 7,
      nowNs: 9_007_199_254_740_993n,
      inputs,
      command: [command.vxMps, 0, command.yawRateRps],
    });
  });

  it.each(["", "{}", "[1]", '{"schema":"rehearse.trace/2","inputs":[],"command":[]}', '{"schema":"rehearse.trace/1","nowNs":"x"}'])(
    "of another kind is refused: %s",
    (text) => expect(() => traceFromText(text)).toThrow(expect.objectContaining({ code: "RH-TRACE" })),
  );
});
