import fc from "fast-check";
import { expect, test } from "vitest";
import { GateHistory } from "../../../src/control/gate-history.js";
import type { Command } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import { gateRulesFor } from "../../../src/guardrails/index.js";
import { ARM, armState, joints } from "../guardrails/arm.js";
import { MS, NOW_NS, odometry, ROOMS_ROBOT, scan, state, twist } from "../guardrails/robot.js";

const RUNS = Number(process.env.REHEARSE_RUNS ?? 300);
const speed = fc.double({ min: -1, max: 1, noNaN: true });
const stepMs = fc.constantFrom(0, 20, 20, 20, 50, 300, -40);
const ROBOT = {
  ...ROOMS_ROBOT,
  keepOutM: [
    [
      [0.6, -1],
      [1, -1],
      [1, 1],
    ] as [number, number][],
  ],
};

/** One tick of a base: how much later it is, measured and sent speeds, where a wall is, what is said of the model. */
const baseTick = fc.record({
  stepMs,
  v: speed,
  w: speed,
  sent: speed,
  wallM: fc.option(fc.double({ min: 0.2, max: 3, noNaN: true })),
  doubt: speed,
});
const armTick = fc.record({ stepMs, v: speed, q: speed, sent: speed });

function expectPure(robot: typeof ROOMS_ROBOT, states: readonly BodyState[], commands: readonly Command[], seed: number): void {
  const history = new GateHistory(robot);
  const rules = gateRulesFor(robot);
  for (const now of states) {
    const context = history.advance(now);
    const before = structuredClone(context);
    const answers = () => rules.map(({ check }) => commands.map((command) => check(command, context)));
    const once = answers();
    // Other commands in between, and everything in another order.
    for (const k of [seed, 3 * seed + 1, 7 * seed + 2]) rules[k % rules.length]!.check(commands[k % commands.length]!, context);
    const backwards = [...rules].reverse().map(({ check }) => [...commands].reverse().map((command) => check(command, context)));
    expect(backwards.reverse().map((each) => each.reverse())).toEqual(once);
    expect(answers()).toEqual(once);
    // Fresh rules that have never been asked anything say the same.
    expect(gateRulesFor(robot).map(({ check }) => commands.map((command) => check(command, context)))).toEqual(once);
    expect(context, "a rule changed what it is shown").toEqual(before);
    expect(Object.isFrozen(context)).toBe(true);
  }
}

test("a base's rules: the answer depends on command and context alone", () => {
  fc.assert(
    fc.property(fc.array(baseTick, { minLength: 1, maxLength: 8 }), fc.tuple(speed, speed), fc.nat(1000), (ticks, [v, w], seed) => {
      let nowNs = NOW_NS;
      const states = ticks.map((tick) => {
        nowNs += BigInt(tick.stepMs) * MS;
        const pose = { xM: 0.1 * tick.v, yM: 0, yawRad: 0 };
        const seen = { odometry: odometry(tick.v, tick.w, pose, nowNs), scan: scan(tick.wallM ?? undefined, nowNs) };
        const arrived = { odometryReceivedNs: nowNs, scanReceivedNs: nowNs, commandReceivedNs: nowNs };
        const sent = { lastOutput: twist(tick.sent), lastOutputNs: nowNs - 20n * MS };
        return state({ nowNs, ...seen, ...arrived, ...sent, modelUncertainty: { surprise: 20 * tick.doubt } });
      });
      expectPure(ROBOT, states, [twist(v, w), twist(0), twist(-v, 2 * w)], seed);
    }),
    { numRuns: RUNS },
  );
});

test("an arm's rules: the answer depends on command and context alone", () => {
  fc.assert(
    fc.property(fc.array(armTick, { minLength: 1, maxLength: 8 }), speed, fc.nat(1000), (ticks, v, seed) => {
      let nowNs = NOW_NS;
      const states = ticks.map((tick) => {
        nowNs += BigInt(tick.stepMs) * MS;
        const measured = { stampNs: nowNs, positionsRad: [tick.q, 1], velocitiesRps: [tick.v, 0] };
        const sent = { lastOutput: joints(tick.sent, 0), lastOutputNs: nowNs - 20n * MS };
        return armState([0, 0], [0, 1], { nowNs, joints: measured, jointsReceivedNs: nowNs, commandReceivedNs: nowNs, ...sent });
      });
      expectPure(ARM, states, [joints(v, v), joints(0, 0), joints(-2 * v, 0)], seed);
    }),
    { numRuns: RUNS },
  );
});

test("the same moment again gives the same context", () => {
  const history = new GateHistory(ROOMS_ROBOT);
  history.advance(state());
  const later = state({
    nowNs: NOW_NS + 20n * MS,
    lastOutput: twist(0.1),
    lastOutputNs: NOW_NS + 20n * MS,
    modelUncertainty: { surprise: Number.NaN },
  });
  const once = history.advance(later);
  expect(history.advance(later)).toEqual(once);
  expect(once.modelUncertainty).toEqual({ surprise: Number.POSITIVE_INFINITY, uncertainty: 0 });
});
