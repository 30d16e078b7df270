import { expect, test } from "vitest";
import { PlausibleScan } from "../../../src/guardrails/plausible-scan.js";
import { motionOf, odometry, scan, state, twist } from "./robot.js";

/** What the rule says of a view from one place after the other. */
function seen(...views: readonly (readonly [wallXM: number | undefined, xM: number, yawRad?: number])[]) {
  const rule = new PlausibleScan();
  return views.map(([wallXM, xM, yawRad = 0]) => {
    const ruling = rule.check(twist(0.1), state({ odometry: odometry(0, 0, { xM, yM: 0, yawRad }), scan: scan(wallXM) }));
    expect(ruling?.allowed).toBeUndefined();
    return ruling?.violation;
  });
}

const frozen = (value: number, limit: number, unit: string) => ({ guardrail: "scan.frozen", value: expect.closeTo(value, 9), limit, unit });

test("the same view from elsewhere stops, for as long as it is the same", () => {
  expect(seen([1, 0], [1, 0.04], [1, 0.06], [1, 0.06], [0.9, 0.06], [0.9, 0.07])).toEqual([
    undefined,
    undefined,
    frozen(0.06, 0.05, "m"),
    frozen(0.06, 0.05, "m"),
    undefined,
    undefined,
  ]);
});

test("the same view after a turn stops, also across the wrap", () => {
  expect(seen([1, 0, 3.1], [1, 0, -3.1])).toEqual([undefined, undefined]);
  expect(seen([1, 0, 3.1], [1, 0, -3.08])).toEqual([undefined, frozen(2 * Math.PI - 6.18, 0.1, "rad")]);
});

test("standing still, the view may stay", () => {
  expect(seen([1, 0], [1, 0], [1, 0])).toEqual([undefined, undefined, undefined]);
});

test("a view that changes may come from anywhere, and nothing in sight looks the same everywhere", () => {
  expect(seen([1, 0], [0.99999, 5], [1, 9])).toEqual([undefined, undefined, undefined]);
  expect(seen([undefined, 0], [undefined, 1], [undefined, 2])).toEqual([undefined, undefined, undefined]);
});

test("another number of beams is another view", () => {
  const rule = new PlausibleScan();
  rule.check(twist(0), state({ scan: scan(1) }));
  const fewer = { ...scan(1), rangesM: scan(1).rangesM.slice(0, 119) };
  expect(rule.check(twist(0), state({ odometry: odometry(0, 0, { xM: 1, yM: 0, yawRad: 0 }), scan: fewer }))).toBeUndefined();
});

test("beams that measure nothing count as the same, too", () => {
  const rule = new PlausibleScan();
  const holes = { ...scan(1), rangesM: scan(1).rangesM.map((range, i) => (i % 2 === 0 ? Number.NaN : range)) };
  rule.check(twist(0), state({ scan: holes }));
  const again = { ...holes, rangesM: holes.rangesM.slice() };
  expect(rule.check(twist(0), state({ odometry: odometry(0, 0, { xM: 1, yM: 0, yawRad: 0 }), scan: again }))?.violation.guardrail).toBe(
    "scan.frozen",
  );
});

test("says nothing without odometry or scan, nor of motion", () => {
  const rule = new PlausibleScan();
  expect(rule.check(twist(0), state({ odometry: undefined }))).toBeUndefined();
  expect(rule.check(twist(0), state({ scan: undefined }))).toBeUndefined();
  expect([...rule.margin(motionOf([[[0, 0, 0, 0, 0, 0]]]))]).toEqual([-1]);
});
