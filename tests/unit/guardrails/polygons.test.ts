import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import type { Odometry } from "../../../src/core/body.js";
import type { TwistCommand } from "../../../src/core/command.js";
import type { GateContext } from "../../../src/core/guardrail.js";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import { brakingDistance } from "../../../src/guardrails/rules/braking-distance.js";
import { keepOut } from "../../../src/guardrails/rules/keep-out.js";
import { workspace } from "../../../src/guardrails/rules/workspace.js";
import { unheld } from "./robot.js";

/** 0.8 × 0.4 m, from 0.3 m behind the origin to 0.5 m ahead of it. */
const CART: RobotDescription = { ...unheld(readRobotFile("calibration/cart/robot.yaml")), workspace: undefined };
const NOW = 1_000_000_000n;
const twist = (vxMps: number, yawRateRps = 0): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps });

function at(points: readonly (readonly [number, number])[], moving: Partial<Odometry["twistInBase"]> = {}, yawRad = 0): GateContext {
  const scan = {
    stampNs: NOW,
    angleMinRad: -Math.PI,
    angleIncrementRad: Math.PI / 180,
    rangeMinM: 0.05,
    rangeMaxM: 6,
    rangesM: new Float32Array(360).fill(5),
  };
  const odometry = { stampNs: NOW, odomFromBase: { xM: 0, yM: 0, yawRad }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0, ...moving } };
  return {
    nowNs: NOW,
    odometry,
    scan,
    odometryReceivedNs: NOW,
    scanReceivedNs: NOW,
    commandReceivedNs: NOW,
    lastOutput: twist(odometry.twistInBase.vxMps, odometry.twistInBase.yawRateRps),
    lastOutputNs: NOW,
    obstacles: { stampNs: NOW, pointsM: Float32Array.from(points.flat()) },
    outputs: [],
    modelUncertainty: { surprise: 0, uncertainty: 0 },
    motionFault: undefined,
    movedInView: { distanceM: 0, turnRad: 0 },
    nothingSeenS: 0,
    seenSectors: new Uint8Array(36).fill(2),
    scanDoubt: undefined,
    emergencyStopped: false,
    worstIntervalS: 0,
  };
}

/** Walls along both sides at this distance from the middle, a point every centimetre. */
function corridor(halfM: number): [number, number][] {
  return Array.from({ length: 400 }, (_, i) => [0.01 * i - 2, halfM] as [number, number]).flatMap(([x, y]): [number, number][] => [
    [x, y],
    [x, -y],
  ]);
}

describe("braking distance of a long robot", () => {
  const judge = brakingDistance.rule(CART)!;

  test("in a corridor as wide as it is and its clearances it drives straight on, and does not turn", () => {
    expect(judge(twist(0.3), at(corridor(0.26)))).toBeUndefined();
    const ruling = judge(twist(0, 2), at(corridor(0.26)));
    expect(ruling?.violation.id).toBe("braking-distance");
    expect(Math.abs((ruling!.allowed as TwistCommand).yawRateRps)).toBeLessThan(0.3);
  });

  test("turns in place where its corners have room, and not where they have none", () => {
    // The corner in front is 0.539 m from the origin.
    expect(judge(twist(0, 2), at(corridor(0.6), { yawRateRps: 2 }))).toBeUndefined();
    expect(judge(twist(0, 2), at(corridor(0.45), { yawRateRps: 2 }))).toMatchObject({ violation: { id: "braking-distance" } });
  });

  test("a thin post that only a corner passes while it turns is not missed between two places of the path", () => {
    // In front and to the left, where the corner comes by in the middle of the turn.
    for (const angleRad of [0.5, 0.55, 0.6, 0.65, 0.7, 0.75]) {
      const post: [number, number] = [0.56 * Math.cos(angleRad), 0.56 * Math.sin(angleRad)];
      expect(judge(twist(0, 2), at([post], { yawRateRps: 2 }))?.violation.id, `${angleRad}`).toBe("braking-distance");
    }
  });

  test("a disc of its circumscribed radius would not even fit", () => {
    const disc = brakingDistance.rule({ ...CART, footprint: { radiusM: CART.footprint.radiusM } })!;
    expect(disc(twist(0.3), at(corridor(0.3)))).toBeDefined();
    expect(judge(twist(0.3), at(corridor(0.3)))).toBeUndefined();
  });

  test("ahead it stops for its front, behind for its rear", () => {
    const wall = (xM: number) => Array.from({ length: 81 }, (_, i): [number, number] => [xM, 0.01 * i - 0.4]);
    // Braking from 0.3 m/s: 0.036 + 0.0375 + lag, and 5 cm of clearance.
    expect(judge(twist(0.3), at(wall(0.5 + 0.18), { vxMps: 0.3 }))).toBeUndefined();
    expect(judge(twist(0.3), at(wall(0.5 + 0.1), { vxMps: 0.3 }))).toBeDefined();
    expect(judge(twist(-0.3), at(wall(-0.3 - 0.18), { vxMps: -0.3 }))).toBeUndefined();
    expect(judge(twist(-0.3), at(wall(-0.3 - 0.1), { vxMps: -0.3 }))).toBeDefined();
  });

  test("too near on one side it may go away, along, and turn away; not on, and not turn towards it", () => {
    // A wall 3 cm from its left side; clearance is 5 cm.
    const wall = Array.from({ length: 200 }, (_, i): [number, number] => [0.01 * i - 1, 0.23]);
    expect(judge(twist(0.2), at(wall))).toBeUndefined();
    expect(judge(twist(-0.2), at(wall))).toBeUndefined();
    expect(judge(twist(0, 1), at(wall))?.allowed).toEqual(twist(0));
    // Turning right takes the front away, and brings the rear corner nearer.
    expect(judge(twist(0, -1), at(wall))?.allowed).toEqual(twist(0));
    // Backwards in a curve to the right, away with the rear and in with the front.
    expect(judge(twist(0.2, 0.3), at(wall))?.allowed).toEqual(twist(0));
  });

  test("something at a corner alone: turning away from it is allowed, towards it is not", () => {
    const post: [number, number][] = [[0.48, 0.23]];
    expect(judge(twist(0, 1), at(post))?.allowed).toEqual(twist(0));
    expect(judge(twist(0, -1), at(post))).toBeUndefined();
    // Already turning towards it, no command goes on.
    expect(judge(twist(0, 0.5), at(post, { yawRateRps: 1 }))?.allowed).toEqual(twist(0));
  });

  test("what is known to turn since is not taken to stand, however the odometry is frozen", () => {
    const post: [number, number][] = [[0.45, 0.36]];
    const frozen = { ...at(post), lastOutput: twist(0, 2), outputs: [{ atNs: NOW, values: [0, 0, 2] }] };
    expect(judge(twist(0, 2), frozen)).toBeDefined();
  });
});

describe("regions", () => {
  test("keep-out: corners stay out of a zone, turning or driving; a zone as thin as a line is no way through", () => {
    const zone: [number, number][] = [
      [0.45, 0.3],
      [0.6, 0.3],
      [0.6, 0.6],
      [0.45, 0.6],
    ];
    const judge = keepOut.rule({ ...CART, keepOutM: [zone] })!;
    expect(judge(twist(0.3), at([]))).toBeUndefined();
    expect(judge(twist(0, 2), at([], { yawRateRps: 1.5 }))).toMatchObject({ violation: { id: "keep-out" } });
    const line: [number, number][] = [
      [0.53, -5],
      [0.531, -5],
      [0.531, 5],
      [0.53, 5],
    ];
    const across = keepOut.rule({ ...CART, keepOutM: [line] })!;
    expect(across(twist(0.3), at([], { vxMps: 0.3 }))).toMatchObject({ violation: { id: "keep-out" } });
    // It already lies across the robot: away from the middle it may still get out.
    const through = keepOut.rule({ ...CART, keepOutM: [line.map(([x, y]): [number, number] => [x - 0.05, y])] })!;
    expect(through(twist(0.3), at([]))?.allowed).toEqual(twist(0));
    expect(through(twist(-0.2), at([]))).toBeUndefined();
  });

  test("workspace: every corner stays within", () => {
    const judge = workspace.rule({ ...CART, workspace: { xM: [-1, 1], yM: [-0.25, 0.25] } })!;
    expect(judge(twist(0.2), at([]))).toBeUndefined();
    expect(judge(twist(0, 1), at([], { yawRateRps: 1 }))).toMatchObject({ violation: { id: "workspace" } });
  });
});
