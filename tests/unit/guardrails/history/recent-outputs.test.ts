import { describe, expect, test } from "vitest";
import { RecentOutputs } from "../../../../src/guardrails/history/recent-outputs.js";
import { MS, NOW_NS, state, twist } from "../robot.js";

describe("what was sent", () => {
  const recent = () => {
    const outputs = new RecentOutputs();
    return (ms: number, vxMps: number) =>
      outputs
        .advance(state({ nowNs: NOW_NS + BigInt(ms) * MS, lastOutput: twist(vxMps), lastOutputNs: NOW_NS + BigInt(ms) * MS }))
        .map(({ values }) => values[0]);
  };

  test("is kept for 1.3 s, oldest first, but never less than two", () => {
    const send = recent();
    send(0, 0.1);
    send(100, 0.2);
    expect(send(1300, 0.3)).toEqual([0.1, 0.2, 0.3]);
    expect(send(1301, 0.4)).toEqual([0.2, 0.3, 0.4]);
    expect(send(9000, 0.5)).toEqual([0.4, 0.5]);
  });

  test("is said again for the same moment, stays when the clock is set back a little, and goes when it is another time", () => {
    const send = recent();
    send(0, 0.1);
    expect(send(1300, 0.2)).toEqual([0.1, 0.2]);
    expect(send(1300, 0.2)).toEqual([0.1, 0.2]);
    expect(send(0, 0.3)).toEqual([0.1, 0.2, 0.3]);
    expect(send(2000, 0.4)).toEqual([0.2, 0.3, 0.4]);
    expect(send(699, 0.5)).toEqual([0.5]);
  });
});
