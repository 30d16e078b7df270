import { expect, test } from "vitest";
import { plausibleScan } from "../../../../src/guardrails/rules/plausible-scan.js";
import { wrapAngle } from "../../../../src/math/angle.js";
import { alone, MS, NOW_NS, odometry, scan, state, twist } from "../robot.js";

type View = readonly [wallXM: number | undefined, xM: number, yawRad?: number];

/** What the rule says of a view from one place after the other, each 0.1 s after the one before, with the twist that leads there. */
function seen(...views: readonly View[]) {
  const rule = alone(plausibleScan);
  return views.map(([wallXM, xM, yawRad = 0], k) => {
    const [, lastXM = 0, lastYawRad = 0] = views[k - 1] ?? [];
    const there = odometry(10 * (xM - lastXM), 10 * wrapAngle(yawRad - lastYawRad), { xM, yM: 0, yawRad }, NOW_NS + BigInt(k) * 100n * MS);
    const ruling = rule.check(twist(0.1), state({ odometry: there, scan: scan(wallXM) }));
    expect(ruling?.allowed).toBeUndefined();
    return ruling?.violation;
  });
}

const frozen = (value: number, limit: number, unit: string) => ({ id: "scan.frozen", value: expect.closeTo(value, 9), limit, unit });

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

test("the way is measured from where the view was first seen, and starts anew with another", () => {
  const way = seen([1, 0], [1, 0.03], [0.9, 0.06], [0.9, 0.1], [0.9, 0.12]);
  expect(way).toEqual([undefined, undefined, undefined, undefined, frozen(0.06, 0.05, "m")]);
});

test("one scan is good for any way, until the next one comes", () => {
  const rule = alone(plausibleScan);
  const view = scan(1);
  for (let k = 0; k < 10; k++) {
    const there = odometry(0.6, 0, { xM: 0.06 * k, yM: 0, yawRad: 0 }, NOW_NS + BigInt(k) * 100n * MS);
    expect(rule.check(twist(0.6), state({ odometry: there, scan: view }))).toBeUndefined();
  }
});

test.each([
  ["jumps at rest", 1, 0],
  ["is frozen while the twist goes on", 0, 0.5],
] as const)("a pose that %s is no motion", (_, jumpM, vxMps) => {
  const rule = alone(plausibleScan);
  for (let k = 0; k < 50; k++) {
    const there = odometry(vxMps, 0, { xM: (k % 2) * jumpM, yM: 0, yawRad: 0 }, NOW_NS + BigInt(k) * 100n * MS);
    expect(rule.check(twist(0.1), state({ odometry: there, scan: scan(1) }))).toBeUndefined();
  }
});

test("standing still, the view may stay", () => {
  expect(seen([1, 0], [1, 0], [1, 0])).toEqual([undefined, undefined, undefined]);
});

test("a view that changes may come from anywhere, and nothing in sight looks the same everywhere", () => {
  expect(seen([1, 0], [0.99999, 5], [1, 9])).toEqual([undefined, undefined, undefined]);
  expect(seen([undefined, 0], [undefined, 1], [undefined, 2])).toEqual([undefined, undefined, undefined]);
});

const moved = odometry(1, 0, { xM: 1, yM: 0, yawRad: 0 }, NOW_NS + 1000n * MS);

test("another number of beams is another view", () => {
  const rule = alone(plausibleScan);
  rule.check(twist(0), state({ scan: scan(1) }));
  const fewer = { ...scan(1), rangesM: scan(1).rangesM.slice(0, 119) };
  expect(rule.check(twist(0), state({ odometry: moved, scan: fewer }))).toBeUndefined();
});

test("beams that measure nothing count as the same, too", () => {
  const rule = alone(plausibleScan);
  const holes = { ...scan(1), rangesM: scan(1).rangesM.map((range, i) => (i % 2 === 0 ? Number.NaN : range)) };
  rule.check(twist(0), state({ scan: holes }));
  const again = { ...holes, rangesM: holes.rangesM.slice() };
  expect(rule.check(twist(0), state({ odometry: moved, scan: again }))?.violation.id).toBe("scan.frozen");
});

test("says nothing without odometry or scan, nor of motion", () => {
  const rule = alone(plausibleScan);
  expect(rule.check(twist(0), state({ odometry: undefined }))).toBeUndefined();
  expect(rule.check(twist(0), state({ scan: undefined }))).toBeUndefined();
  expect(plausibleScan.constraint).toBeUndefined();
});

test("noise of the odometry at rest does not add up, however long the robot waits", () => {
  const rule = alone(plausibleScan);
  for (let k = 0; k < 5000; k++) {
    const nowNs = NOW_NS + BigInt(k) * 50n * MS;
    const noisy = odometry(0.01 * Math.sin(k), 0.03 * Math.cos(k), { xM: 0.005 * Math.sin(k), yM: 0, yawRad: 0.01 * Math.sin(k) }, nowNs);
    expect(rule.check(twist(0), state({ nowNs, odometry: noisy, scan: scan(1, nowNs) }))).toBeUndefined();
  }
});
