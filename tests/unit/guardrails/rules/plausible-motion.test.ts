import { describe, expect, test } from "vitest";
import type { Odometry } from "../../../../src/core/body.js";
import type { TwistCommand } from "../../../../src/core/command.js";
import { plausibleMotion } from "../../../../src/guardrails/rules/plausible-motion.js";
import { type DriveState, driveStep } from "../../../../src/motion/differential-drive.js";
import { ARM } from "../arm.js";
import { alone, NOW_NS, odometry, ROOMS_ROBOT, state, twist } from "../robot.js";

const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };
const TICK_NS = 20_000_000n;

/** Drives at 50 Hz with odometry at 25 Hz, 40 ms late, through `fault`. @returns the violations with their time in seconds */
function drive(
  command: (t: number) => TwistCommand,
  fault: (odometry: Odometry, t: number) => Odometry | undefined = (o) => o,
  durationS = 3,
): (readonly [number, string])[] {
  const rule = alone(plausibleMotion, ROOMS_ROBOT);
  const found: (readonly [number, string])[] = [];
  let body: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  const sent: Odometry[] = [];
  for (let k = 0; k * 0.02 < durationS; k++) {
    const t = k * 0.02;
    const nowNs = NOW_NS + BigInt(k) * TICK_NS;
    if (k % 2 === 0) {
      const seen = fault({ stampNs: nowNs, odomFromBase: body.pose, twistInBase: body.twist }, t);
      if (seen !== undefined) sent.push(seen);
    }
    const arrived = sent.filter((o) => o.stampNs <= nowNs - 2n * TICK_NS).at(-1);
    const lastOutput = command(t - 0.02);
    const now = state({ nowNs, odometry: arrived, lastOutput });
    const ruling = rule.check(command(t), now);
    // Asked again in the same tick: the same answer.
    expect(rule.check(command(t), now)).toEqual(ruling);
    if (ruling !== undefined) {
      expect(ruling.allowed).toBeUndefined();
      found.push([t, ruling.violation.id]);
    }
    body = driveStep(body, command(t), 0.02, RESPONSE);
  }
  return found;
}

const swerving = (t: number) => twist(t < 0 ? 0 : 0.3 + 0.3 * Math.sin(3 * t), t < 0 ? 0 : 2 * Math.sin(5 * t));
const fullSpeed = (t: number) => twist(t < 0 ? 0 : Math.min(0.6, t));
const turning = (t: number) => twist(0, t < 0 ? 0 : 2);
const shifted = (o: Odometry, dx: number, dyaw = 0): Odometry => ({
  ...o,
  odomFromBase: { xM: o.odomFromBase.xM + dx, yM: o.odomFromBase.yM, yawRad: o.odomFromBase.yawRad + dyaw },
});

describe("plausible odometry", () => {
  test.each([
    ["swerving", swerving],
    ["full speed", fullSpeed],
    ["turning", turning],
    ["stopping hard", (t: number) => twist(t < 0 || t > 1 ? 0 : 0.6, t > 1 ? 0 : 2)],
    ["reversing", (t: number) => twist(t < 0 ? 0 : t < 1 ? 0.6 : -0.3, t < 1 ? 2 : -2)],
  ])("true odometry passes, %s", (_, command) => {
    expect(drive(command)).toEqual([]);
  });

  test("noise passes", () => {
    let k = 0;
    const noisy = (o: Odometry) => ({
      ...shifted(o, 0.005 * Math.sin(++k), 0.01 * Math.sin(7 * k)),
      twistInBase: { ...o.twistInBase, vxMps: o.twistInBase.vxMps + 0.02 * Math.cos(3 * k) },
    });
    expect(drive(swerving, noisy)).toEqual([]);
  });

  test("a base that is a fifth slower than told passes", () => {
    const slow = (o: Odometry) => ({
      ...o,
      odomFromBase: { ...o.odomFromBase, xM: 0.8 * o.odomFromBase.xM },
      twistInBase: { ...o.twistInBase, vxMps: 0.8 * o.twistInBase.vxMps },
    });
    expect(drive(fullSpeed, slow)).toEqual([]);
  });

  test.each([
    ["a jump of the position", fullSpeed, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0.2) : o), "odometry.position"],
    ["a jump of the heading back", turning, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0, -0.3) : o), "odometry.angle"],
    ["a jump of the heading", turning, (o: Odometry, t: number) => (t >= 1 ? shifted(o, 0, 0.3) : o), "odometry.angle"],
  ])("%s stops for half a second", (_, command, fault, rule) => {
    const found = drive(command, fault);
    expect(found[0]?.[0]).toBeCloseTo(1.04, 9);
    expect(found.at(-1)?.[0]).toBeCloseTo(1.04 + 0.48, 9);
    expect(new Set(found.map(([, name]) => name))).toEqual(new Set([rule]));
  });

  test("a heading that wraps is no jump", () => {
    const wrapped = (o: Odometry) => ({
      ...o,
      odomFromBase: { ...o.odomFromBase, yawRad: ((o.odomFromBase.yawRad + 3 + Math.PI) % (2 * Math.PI)) - Math.PI },
    });
    expect(drive(turning, wrapped)).toEqual([]);
  });

  test("a pose that drifts faster than 0.17 m/s against its twist", () => {
    expect(drive(fullSpeed, (o, t) => shifted(o, 0.1 * t))).toEqual([]);
    expect(drive(fullSpeed, (o, t) => shifted(o, 0.25 * t))[0]?.[1]).toBe("odometry.position");
  });

  test("frozen at rest while driven off: in time", () => {
    const frozen = drive(fullSpeed, (o) => odometry(0, 0, undefined, o.stampNs));
    expect(frozen[0]?.[1]).toBe("odometry.vx");
    expect(frozen[0]?.[0]).toBeLessThan(0.7);
  });

  test("frozen at rest while turned: in time", () => {
    const frozen = drive(turning, (o) => odometry(0, 0, undefined, o.stampNs));
    expect(frozen[0]?.[1]).toBe("odometry.yaw-rate");
    expect(frozen[0]?.[0]).toBeLessThan(0.55);
  });

  test("moving without being told to", () => {
    const found = drive(
      () => twist(0),
      (o, t) => ({ ...odometry(t > 1 ? 0.2 : 0, 0, { xM: t > 1 ? 0.2 * (t - 1) : 0, yM: 0, yawRad: 0 }, o.stampNs) }),
    );
    expect(found[0]?.[1]).toBe("odometry.vx");
    expect(found[0]?.[0]).toBeCloseTo(1.06, 1);
  });

  test("time set back begins anew", () => {
    const rule = alone(plausibleMotion, ROOMS_ROBOT);
    expect(rule.check(twist(0), state())).toBeUndefined();
    const earlier = NOW_NS - 5_000_000_000n;
    const elsewhere = odometry(0.6, 0, { xM: 7, yM: 7, yawRad: 1 }, earlier);
    expect(rule.check(twist(0), state({ nowNs: earlier, odometry: elsewhere }))).toBeUndefined();
  });

  test("has nothing to say without odometry or without a twist as last output", () => {
    const rule = alone(plausibleMotion, ROOMS_ROBOT);
    expect(rule.check(twist(0), state({ odometry: undefined }))).toBeUndefined();
    expect(rule.check(twist(0), state())).toBeUndefined();
    const other = state({ nowNs: NOW_NS + TICK_NS, lastOutput: { kind: "joint-velocities", velocitiesRps: [] } });
    expect(rule.check(twist(0), other)).toBeUndefined();
  });

  test("no motion breaks it", () => {
    expect(plausibleMotion.constraint).toBeUndefined();
  });
});

describe("how wrong a motion is", () => {
  /** What the rule says of each moment: milliseconds, what was measured then, what was sent before. */
  function answers(moments: readonly (readonly [ms: number, measured: Odometry, sent?: TwistCommand])[]) {
    const rule = alone(plausibleMotion, ROOMS_ROBOT);
    return moments.map(([ms, { odomFromBase, twistInBase }, sent = twist(twistInBase.vxMps, twistInBase.yawRateRps)]) => {
      const nowNs = NOW_NS + BigInt(ms) * 1_000_000n;
      return rule.check(twist(0), state({ nowNs, odometry: { stampNs: nowNs, odomFromBase, twistInBase }, lastOutput: sent }))?.violation;
    });
  }
  const at = (xM: number, yM: number, yawRad: number, vxMps = 0, yawRateRps = 0) => odometry(vxMps, yawRateRps, { xM, yM, yawRad });
  const off = (id: string, value: number, limit: number, unit: string) => ({
    id,
    value: expect.closeTo(value, 6),
    limit,
    unit,
  });

  test("a jump is told by its length, from 5 cm on", () => {
    expect(
      answers([
        [0, at(1, 2, 0)],
        [100, at(1.049, 2, 0)],
      ]),
    ).toEqual([undefined, undefined]);
    expect(
      answers([
        [0, at(1, 2, 0)],
        [100, at(1, 1.949, 0)],
      ])[1],
    ).toEqual(off("odometry.position", 0.051, 0.05, "m"));
    expect(
      answers([
        [0, at(1, 2, 0)],
        [100, at(1.06, 2.08, 0)],
      ])[1],
    ).toEqual(off("odometry.position", 0.1, 0.05, "m"));
  });

  test("a turn is told by its angle, from 0.15 rad on, the short way round", () => {
    expect(
      answers([
        [0, at(0, 0, 0)],
        [100, at(0, 0, 0.149)],
      ])[1],
    ).toBeUndefined();
    expect(
      answers([
        [0, at(0, 0, 3.1)],
        [100, at(0, 0, -3.03)],
      ])[1],
    ).toEqual(off("odometry.angle", 2 * Math.PI - 6.13, 0.15, "rad"));
  });

  test("is measured from where the mean of two velocities leads, along the middle of the turn", () => {
    // 0.3 then 0.5 m/s for 0.1 s, from 1 to 1.1 rad: 4 cm towards 1.05 rad.
    const to = (more: number) => at(2 + 0.04 * Math.cos(1.05) + more, 3 + 0.04 * Math.sin(1.05), 1.1, 0.5, 1);
    expect(
      answers([
        [0, at(2, 3, 1, 0.3, 1), twist(0.5, 1)],
        [100, to(0.0501), twist(0.5, 1)],
      ])[1],
    ).toEqual(off("odometry.position", 0.0501, 0.05, "m"));
    expect(
      answers([
        [0, at(2, 3, 1, 0.3, 1), twist(0.5, 1)],
        [100, to(0.0499), twist(0.5, 1)],
      ])[1],
    ).toBeUndefined();
    expect(
      answers([
        [0, at(2, 3, 1, 0.3, 1), twist(0.5, 1)],
        [100, to(-0.0501), twist(0.5, 1)],
      ])[1],
    ).toEqual(off("odometry.position", 0.0501, 0.05, "m"));
  });

  test("small steps of the window add up, older ones do not", () => {
    const creeping = (stepM: number) => Array.from({ length: 12 }, (_, k) => [100 * k, at(stepM * k, 0, 0)] as const);
    // Four steps: those of 0.3 s, and the sample before them.
    expect(answers(creeping(0.0124)).every((said) => said === undefined)).toBe(true);
    expect(answers(creeping(0.017))[3]).toEqual(off("odometry.position", 0.051, 0.05, "m"));
    expect(answers(creeping(0.017))[2]).toBeUndefined();
  });

  test("a velocity is measured from the nearest that the outputs led to, a third of that apart", () => {
    const steady = (vxMps: number, sentMps: number, then: number) =>
      answers([
        [0, at(0, 0, 0, vxMps), twist(sentMps)],
        [20, at(0.02 * vxMps, 0, 0, then), twist(sentMps)],
      ])[1];
    expect(steady(0.4, 0.4, 0.8)).toEqual(off("odometry.vx", 0.8 - 1.3 * 0.4, 0.15, "m/s"));
    expect(steady(0.4, 0.4, 0.66)).toBeUndefined();
    expect(steady(0.4, 0.4, 0.1)).toEqual(off("odometry.vx", 0.7 * 0.4 - 0.1, 0.15, "m/s"));
    expect(steady(0.4, 0.4, 0.14)).toBeUndefined();
    expect(steady(-0.3, -0.3, -0.6)).toEqual(off("odometry.vx", 0.6 - 1.3 * 0.3, 0.15, "m/s"));
    expect(steady(-0.3, -0.3, 0)).toEqual(off("odometry.vx", 0.7 * 0.3, 0.15, "m/s"));
  });

  test("a yaw rate may be off by 30 % of the limit besides", () => {
    const turns = (then: number) =>
      answers([
        [0, at(0, 0, 0, 0, 1)],
        [20, at(0, 0, 0.02, 0, then), twist(0, 1)],
      ])[1];
    expect(turns(1.95)).toEqual(off("odometry.yaw-rate", 0.65, 0.6, "rad/s"));
    expect(turns(1.85)).toBeUndefined();
  });

  test("a velocity counts as expected for 0.3 s after it was", () => {
    const rests = at(0, 0, 0);
    const goes = (ms: number, until: number) =>
      answers([
        [0, at(0, 0, 0, 0.6), twist(0.6)],
        ...Array.from(
          { length: ms / 20 },
          (_, k) => [20 * (k + 1), 20 * (k + 1) <= until ? at(0.012 * (k + 1), 0, 0, 0.6) : rests, twist(0)] as const,
        ),
      ]).at(-1);
    // Told to stop: after 0.5 s it does so, and a body that goes on does not obey.
    expect(goes(260, 260)).toBeUndefined();
    expect(goes(900, 900)).toMatchObject({ id: "odometry.vx" });
  });

  test("stops for half a second, to the tick, and starts from what it was told then", () => {
    const moments = Array.from({ length: 40 }, (_, k) => [20 * k, at(k < 5 ? 0 : 1, 0, 0)] as const);
    const said = answers(moments);
    expect(said.map((violation) => violation !== undefined)).toEqual(moments.map(([ms]) => ms >= 100 && ms < 600));
  });

  test("the same measurement again is no new one", () => {
    const rule = alone(plausibleMotion, ROOMS_ROBOT);
    const still = { ...at(0, 0, 0, 0.1), stampNs: NOW_NS };
    for (let k = 0; k < 10; k++) {
      const now = state({ nowNs: NOW_NS + BigInt(k) * TICK_NS, odometry: still, lastOutput: twist(0.1) });
      expect(rule.check(twist(0.1), now)).toBeUndefined();
    }
  });
});

describe("joints", () => {
  const rule = () => alone(plausibleMotion, ARM);
  const check = (judged: ReturnType<typeof rule>, ms: number, positionsRad: number[], velocitiesRps: number[], sent = velocitiesRps) => {
    const stampNs = NOW_NS + BigInt(ms) * 1_000_000n;
    const lastOutput = { kind: "joint-velocities", velocitiesRps: sent } as const;
    const now = {
      ...state({ nowNs: stampNs, odometry: undefined, scan: undefined }),
      joints: { stampNs, positionsRad, velocitiesRps },
      lastOutput,
    };
    return judged.check(lastOutput, now)?.violation;
  };
  const all = (value: number) => ARM.joints.map(() => value);
  const last = (value: number, rest = 0) => ARM.joints.map((_, i) => (i === ARM.joints.length - 1 ? value : rest));

  test("each goes on with its own velocity; the farthest off is told", () => {
    const judged = rule();
    expect(check(judged, 0, all(0.1), all(0.2))).toBeUndefined();
    expect(check(judged, 100, all(0.12), all(0.2))).toBeUndefined();
    expect(check(judged, 200, last(0.14 + 0.16, 0.14 - 0.1), all(0.2))).toEqual({
      id: "joints.angle",
      value: expect.closeTo(0.16, 9),
      limit: 0.15,
      unit: "rad",
    });
  });

  test("a velocity that nothing sent led to is told by the name of its joint", () => {
    const judged = rule();
    check(judged, 0, all(0), all(0));
    const { name, velocityRps } = ARM.joints.at(-1)!;
    expect(check(judged, 20, all(0), last(0.31 * velocityRps), all(0))).toEqual({
      id: "joints.velocity",
      axis: name,
      value: expect.closeTo(0.31 * velocityRps, 9),
      limit: 0.3 * velocityRps,
      unit: "rad/s",
    });
  });
});
