import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../../src/control/gate.js";
import { type TwistCommand, valuesOf } from "../../../../src/core/command.js";
import type { ModelUncertainty } from "../../../../src/core/guardrail.js";
import { modelUncertainty } from "../../../../src/guardrails/rules/model-uncertainty.js";
import { alone, driving, ROOMS_ROBOT, state, twist } from "../robot.js";

/** Full speed below 5, none from 10 on. */
const ROBOT = { ...ROOMS_ROBOT, uncertainty: { surpriseSlow: 5, surpriseStop: 10, uncertaintySlow: 5, uncertaintyStop: 10 } };
const ruled = (...said: readonly (ModelUncertainty | undefined)[]) => {
  const rule = alone(modelUncertainty, ROBOT);
  return said.map((doubt) => rule.check(twist(0.6, 1), state({ modelUncertainty: doubt }))).at(-1);
};

describe("doubt", () => {
  test.each([undefined, {}, { surprise: 1 }, { surprise: 5, uncertainty: 5 }, { uncertainty: -3 }])("%j: full speed", (doubt) => {
    expect(ruled(doubt)).toBeUndefined();
  });

  test("between slow and stop the share of full speed falls evenly, along the curve", () => {
    for (const doubt of [{ surprise: 7.5 }, { uncertainty: 7.5 }, { surprise: 6, uncertainty: 7.5 }, { surprise: 7.5, uncertainty: 7 }]) {
      const { vxMps, yawRateRps } = ruled(doubt)!.allowed as TwistCommand;
      expect(vxMps).toBeCloseTo(0.3, 9);
      expect(yawRateRps).toBeCloseTo(0.5, 9);
    }
    expect(ruled({ surprise: 9, uncertainty: 6 })).toMatchObject({
      slows: true,
      violation: { id: "model-uncertainty.surprise", value: 9, limit: 5, unit: "1" },
    });
  });

  test("what is slower than that share passes", () => {
    expect(alone(modelUncertainty, ROBOT).check(twist(0.3, 1), state({ modelUncertainty: { surprise: 7.5 } }))).toBeUndefined();
  });

  test.each([{ surprise: 10 }, { uncertainty: 1e9 }, { surprise: Number.NaN }, { uncertainty: Number.POSITIVE_INFINITY }])(
    "%j: stop",
    (doubt) => {
      expect(ruled(doubt)?.violation.id).toMatch(/^model-uncertainty\./);
      expect(ruled(doubt)?.allowed).toBeUndefined();
    },
  );

  test("silence about a number leaves the last one in force; only a better one ends it", () => {
    expect(ruled({ surprise: 12 }, undefined)?.violation).toMatchObject({ id: "model-uncertainty.surprise", value: 12 });
    expect(ruled({ surprise: 12 }, { uncertainty: 1 })?.violation).toMatchObject({ id: "model-uncertainty.surprise" });
    expect(ruled({ surprise: Number.NaN }, {})?.allowed).toBeUndefined();
    expect(ruled({ surprise: 12 }, { surprise: 2 })).toBeUndefined();
  });

  test("numbers in no order (a robot made without a file) leave no share", () => {
    const doubt = { surpriseSlow: 5, surpriseStop: 5, uncertaintySlow: 5, uncertaintyStop: 5 };
    const rule = alone(modelUncertainty, { ...ROOMS_ROBOT, uncertainty: doubt });
    expect(rule.check(twist(0.1), state({ modelUncertainty: { surprise: 5 } }))?.allowed).toBeUndefined();
    expect(rule.check(twist(0.1), state({ modelUncertainty: { surprise: 4 } }))).toBeUndefined();
  });

  test("whatever is said, the gate's output is never faster than without", () => {
    const number = fc.option(fc.oneof(fc.double(), fc.double({ min: 0, max: 12, noNaN: true })), { nil: undefined });
    const command = fc.tuple(fc.double({ min: -0.4, max: 0.7, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }));
    fc.assert(
      fc.property(number, number, command, (surprise, uncertainty, [v, w]) => {
        const now = driving(0.3, 0.5);
        const admitted = (doubt: ModelUncertainty | undefined) =>
          valuesOf(new SafetyGate(ROBOT).admit(twist(v, w), { ...now, modelUncertainty: doubt }).command);
        const without = admitted(undefined);
        const doubted = admitted({ surprise, uncertainty });
        // The braking ramp of a stop is not faster than the command, nor than what was last sent.
        for (const [i, last] of [0.3, 0, 0.5].entries()) {
          expect(Math.abs(doubted[i]!)).toBeLessThanOrEqual(Math.max(Math.abs(without[i]!), last) + 1e-12);
        }
      }),
    );
  });

  test("does not stop planning", () => {
    expect(modelUncertainty.constraint).toBeUndefined();
  });
});
