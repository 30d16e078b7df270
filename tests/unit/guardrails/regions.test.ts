import { describe, expect, test } from "vitest";
import type { TwistCommand } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import { keepOut } from "../../../src/guardrails/rules/keep-out.js";
import { workspace } from "../../../src/guardrails/rules/workspace.js";
import { alone, driving, motionOf, odometry, ROOMS_ROBOT, state, twist } from "./robot.js";

/** Both have their edge at x = 1: the zone begins there, the workspace ends there. */
const zone = alone(keepOut, {
  ...ROOMS_ROBOT,
  keepOutM: [
    [
      [1, -1],
      [2, -1],
      [2, 1],
      [1, 1],
    ],
    [
      [8, 8],
      [9, 8],
      [9, 9],
    ],
  ],
});
const bounds = alone(workspace, { ...ROOMS_ROBOT, workspace: { xM: [-5, 1], yM: [-5, 5] } });

function allowed(rule: Pick<ReturnType<typeof alone>, "check">, asked: TwistCommand, now: BodyState): TwistCommand {
  const ruling = rule.check(asked, now);
  return ruling === undefined ? asked : (ruling.allowed as TwistCommand);
}

/** Driving along x at 0.6 m/s, this far from the edge. */
const at = (offM: number) => driving(0.6, 0, { odometry: odometry(0.6, 0, { xM: 1 - offM, yM: 0, yawRad: 0 }) });
const standing = (offM: number) => state({ odometry: odometry(0, 0, { xM: 1 - offM, yM: 0, yawRad: 0 }) });
/** Radius, delay and reaction (0.12 s), braking from 0.6 m/s: 0.144 + 0.012 m. */
const NEEDED_M = 0.15 + 0.072 + 0.156;

describe.each([
  ["keep-out", zone],
  ["workspace", bounds],
] as const)("%s", (name, rule) => {
  test("passes until braking needs all the room, then slows down", () => {
    expect(rule.check(twist(0.6), at(NEEDED_M + 0.001))).toBeUndefined();
    expect(allowed(rule, twist(0.6), at(NEEDED_M - 0.001)).vxMps).toBeLessThan(0.6);
    expect(rule.check(twist(0.6), at(0.3))?.violation).toMatchObject({ id: name, limit: 0.15, unit: "m" });
  });

  test("who is in, gets out but not deeper in", () => {
    for (const offM of [0.1, 0, -0.3]) {
      expect(allowed(rule, twist(0.1), standing(offM))).toEqual(twist(0));
      expect(rule.check(twist(-0.1), standing(offM))).toBeUndefined();
      expect(rule.check(twist(0, 2), standing(offM))).toBeUndefined();
    }
  });

  test("no odometry, no command", () => {
    const ruling = rule.check(twist(0.1), state({ odometry: undefined }));
    expect(ruling?.violation.id).toBe(name);
    expect(ruling?.allowed).toBeUndefined();
  });

  test("margin: the deepest intrusion, in clearances, with the braking distance ahead", () => {
    const rest = (x: number) => [
      [0, 0, 0, 0, 0, 0],
      [x, 0, 0, 0, 0, 0],
    ];
    const margins = [...rule.margin!(motionOf([rest(0), rest(0.825), rest(0.85), rest(0.875), rest(0.9)]))];
    expect(margins).toEqual([-1, -0.5, 0, 0.5, 1].map((m) => expect.closeTo(m, 4)));
    // Who goes away is measured by where he was, not by where he will be.
    const away = [
      [0.875, 0, 0, 0, 0, 0],
      [0.86, 0, 0, -0.3, 0, 0],
    ];
    expect(rule.margin!(motionOf([away]))[0]).toBeCloseTo(0.5, 4);
    // 0.6 m/s: 0.072 + 0.15 m ahead.
    expect(rule.margin!(motionOf([[[0.85 - 0.222, 0, 0, 0.6, 0, 0]]]))[0]).toBeCloseTo(0, 4);
  });
});

test("the nearest polygon counts", () => {
  expect(allowed(zone, twist(0.1), state({ odometry: odometry(0, 0, { xM: 7.9, yM: 8, yawRad: 0 }) }))).toEqual(twist(0));
});

test("who is in one zone has no leave to drive into another", () => {
  const square = (xM: number): [number, number][] => [
    [xM, -1],
    [xM + 1, -1],
    [xM + 1, 1],
    [xM, 1],
  ];
  const beside = (ahead: number) => alone(keepOut, { ...ROOMS_ROBOT, keepOutM: [square(-1.05), square(ahead)] });
  expect(beside(0.3).check(twist(0.6), driving(0.6))?.allowed).toEqual(twist(0));
  expect(beside(0.3).check(twist(-0.3), state())?.allowed).toEqual(twist(0));
  expect(beside(0.5).check(twist(0.6), driving(0.6))).toBeUndefined();
  const bounds = alone(workspace, { ...ROOMS_ROBOT, workspace: { xM: [-9, 9], yM: [-0.05, 0.3] } });
  const across = (speed: number) => driving(speed, 0, { odometry: odometry(speed, 0, { xM: 0, yM: 0, yawRad: Math.PI / 2 }) });
  expect(bounds.check(twist(0.6), across(0.6))?.allowed).toEqual(twist(0));
  expect(bounds.check(twist(0.3), across(0))).toBeUndefined();
});

test("no polygons, no bounds: nothing to say", () => {
  const now = driving(0.6, 0, { odometry: odometry(0.6, 0, { xM: 1e6, yM: -1e6, yawRad: 3 }) });
  expect(alone(keepOut, ROOMS_ROBOT).check(twist(0.6), now)).toBeUndefined();
  expect(alone(workspace, { ...ROOMS_ROBOT, workspace: undefined }).check(twist(0.6), now)).toBeUndefined();
  expect(alone(keepOut, ROOMS_ROBOT).margin).toBeUndefined();
  expect(alone(workspace, { ...ROOMS_ROBOT, workspace: undefined }).margin).toBeUndefined();
});

test("the workspace ends on all four sides", () => {
  const rule = alone(workspace, { ...ROOMS_ROBOT, workspace: { xM: [-1, 2], yM: [-3, 4] } });
  for (const [xM, yM, yawRad] of [
    [1.84, 0, 0],
    [-0.84, 0, Math.PI],
    [0, 3.84, Math.PI / 2],
    [0, -2.84, -Math.PI / 2],
  ] as const) {
    const now = state({ odometry: odometry(0, 0, { xM, yM, yawRad }) });
    expect(allowed(rule, twist(0.6), now).vxMps).toBeLessThan(0.25);
    expect(rule.check(twist(-0.3), now)).toBeUndefined();
  }
});
