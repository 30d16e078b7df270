import { describe, expect, test } from "vitest";
import { freshness } from "../../../../src/guardrails/rules/freshness.js";
import { alone, MS, NOW_NS, odometry, ROOMS_ROBOT, scan, state, twist } from "../robot.js";

const rule = alone(freshness, ROOMS_ROBOT);
const check = (parts: Parameters<typeof state>[0]) => rule.check(twist(0.1), state(parts))?.violation;

describe("freshness", () => {
  test("all young: nothing to say", () => {
    expect(check({})).toBeUndefined();
  });

  test.each([
    ["command", 150n, (ns: bigint) => ({ commandReceivedNs: ns })],
    ["odometry", 200n, (ns: bigint) => ({ odometryReceivedNs: ns })],
    ["odometry", 200n, (ns: bigint) => ({ odometry: odometry(0, 0, undefined, ns) })],
    ["scan", 300n, (ns: bigint) => ({ scanReceivedNs: ns })],
    ["scan", 300n, (ns: bigint) => ({ scan: scan(undefined, ns) })],
  ])("%s: up to %s ms, by arrival and by stamp; from the future up to 50 ms", (part, limitMs, at) => {
    expect(check(at(NOW_NS - limitMs * MS))).toBeUndefined();
    expect(check(at(NOW_NS - limitMs * MS - 1n))).toMatchObject({
      id: `freshness.${part}`,
      limit: Number(limitMs) / 1e3,
      unit: "s",
    });
    expect(check(at(NOW_NS + 50n * MS))).toBeUndefined();
    expect(check(at(NOW_NS + 50n * MS + 1n))).toMatchObject({ id: `freshness.${part}`, limit: -0.05, unit: "s" });
  });

  test.each([
    ["command", { commandReceivedNs: undefined }],
    ["odometry", { odometry: undefined }],
    ["odometry", { odometryReceivedNs: undefined }],
    ["scan", { scan: undefined }],
    ["scan", { scanReceivedNs: undefined }],
  ])("a %s that never came is infinitely old", (part, parts) => {
    expect(check(parts)).toMatchObject({ id: `freshness.${part}`, value: Number.POSITIVE_INFINITY });
  });

  test("a robot without a scanner needs no scan", () => {
    const blind = alone(freshness, { ...ROOMS_ROBOT, scanner: undefined });
    expect(blind.check(twist(0.1), state({ scan: undefined, scanReceivedNs: undefined }))).toBeUndefined();
  });

  test("leaves no command to fall back on", () => {
    expect(rule.check(twist(0), state({ scan: undefined }))?.allowed).toBeUndefined();
  });

  test("no motion breaks it", () => {
    expect(freshness.constraint).toBeUndefined();
  });
});
