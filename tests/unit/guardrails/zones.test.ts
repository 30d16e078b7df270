import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SafetyGate } from "../../../src/control/gate.js";
import { withEdges, withZones } from "../../../src/control/zone-edges.js";
import { sameCommand, slower } from "../../../src/core/command.js";
import type { Polygon } from "../../../src/core/robot-description.js";
import { driving, NOW_NS, ROOMS_ROBOT, scan, twist } from "./robot.js";

/** A square of 0.4 m whose near side is so far ahead. */
const ahead = (xM: number): Polygon => [
  [xM, -0.2],
  [xM + 0.4, -0.2],
  [xM + 0.4, 0.2],
  [xM, 0.2],
];
const judged = (zonesM: readonly Polygon[] | "unknown" | undefined, command = twist(0.5), robot = ROOMS_ROBOT) =>
  new SafetyGate(robot).admit(command, { ...driving(0.5, 0, { scan: scan() }), zonesM });
const idsOf = (verdict: ReturnType<typeof judged>) => (verdict.kind === "pass" ? [] : verdict.because.map(({ id }) => id));

describe("keep-out zones that are said while the robot drives", () => {
  test("slow it before them, as those of the robot file do, and not where there are none", () => {
    expect(judged(undefined).kind).toBe("pass");
    expect(judged([]).kind).toBe("pass");
    expect(judged([ahead(2)]).kind).toBe("pass");
    const said = judged([ahead(0.3)]);
    expect(said.kind).toBe("slowdown");
    expect(idsOf(said)).toContain("keep-out");
    expect(said.command).toEqual(judged([], twist(0.5), { ...ROOMS_ROBOT, keepOutM: [ahead(0.3)] }).command);
  });

  test("add to those of the robot file", () => {
    const robot = { ...ROOMS_ROBOT, keepOutM: [ahead(0.3)] };
    expect(judged([ahead(2)], twist(0.5), robot).command).toEqual(judged([], twist(0.5), robot).command);
  });

  test("are told apart by what they are, not by when they came: one gate, one after the other", () => {
    const gate = new SafetyGate(ROOMS_ROBOT);
    const kinds = [[], [ahead(0.3)], [ahead(2)], [ahead(0.3), ahead(2)], []].map((zonesM, k) => {
      const nowNs = NOW_NS + BigInt(k) * 20_000_000n;
      const now = driving(0.5, 0, { scan: scan(undefined, nowNs), nowNs });
      return gate.admit(twist(0.5), {
        ...now,
        odometry: { ...now.odometry!, stampNs: nowNs },
        scanReceivedNs: nowNs,
        odometryReceivedNs: nowNs,
        commandReceivedNs: nowNs,
        zonesM,
      }).kind;
    });
    expect(kinds).toEqual(["pass", "slowdown", "pass", "slowdown", "pass"]);
  });

  test("stop it when one of them cannot be used", () => {
    expect(judged("unknown").kind).toBe("stop");
    expect(idsOf(judged("unknown"))).toContain("keep-out.unknown");
  });

  test("let it leave one that appears around it, and not go deeper", () => {
    const around = ahead(-0.1);
    expect(judged([around], twist(-0.2)).command).not.toEqual(twist(0));
    const gate = new SafetyGate(ROOMS_ROBOT);
    expect(gate.admit(twist(0.2), { ...driving(0, 0, { scan: scan() }), zonesM: [around] }).command).toEqual(twist(0));
  });

  test("never make a command faster, whatever they are", () => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    const corners = fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(corners, { maxLength: 3 }), number, number, (zonesM, v, w) => {
        const { command } = judged(zonesM, twist(v, w));
        expect(sameCommand(slower(command, twist(v, w)), command)).toBe(true);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });
});

describe("edges of zones, for planning", () => {
  test("are points a few centimetres apart, all around, among the obstacles", () => {
    const { edgePointsM } = withEdges([ahead(1)]);
    expect(edgePointsM.length / 2).toBe(32);
    for (let i = 0; i < edgePointsM.length; i += 2) {
      const [x, y] = [edgePointsM[i]!, edgePointsM[i + 1]!];
      expect(Math.min(Math.abs(x - 1), Math.abs(x - 1.4), Math.abs(y - 0.2), Math.abs(y + 0.2))).toBeLessThan(1e-6);
    }
    const seen = { stampNs: 1n, pointsM: Float32Array.of(5, 5), tracks: [] };
    expect(withZones(seen, edgePointsM, 2n)).toEqual({ ...seen, pointsM: Float32Array.of(5, 5, ...edgePointsM) });
    expect(withZones(undefined, edgePointsM, 2n)).toEqual({ stampNs: 2n, pointsM: edgePointsM });
    expect(withZones(seen, withEdges([]).edgePointsM, 2n)).toBe(seen);
  });

  test("are bounded, however long", () => {
    const long: Polygon = [
      [0, 0],
      [1e4, 0],
      [1e4, 1e4],
    ];
    expect(withEdges([long]).edgePointsM.length / 2).toBeLessThanOrEqual(2003);
  });
});
