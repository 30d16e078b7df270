import { describe, expect, test } from "vitest";
import { obstaclePointsOf } from "../../../../src/control/obstacle-points.js";
import type { TwistCommand } from "../../../../src/core/command.js";
import type { LaserScan } from "../../../../src/core/sensors.js";
import { brakingDistance } from "../../../../src/guardrails/rules/braking-distance.js";
import { alone, driving, MS, motionOf, NOW_NS, odometry, ROOMS_ROBOT, type Shown, scan, state, twist } from "../robot.js";

const rule = alone(brakingDistance, ROOMS_ROBOT);
const AT_ORIGIN = { xM: 0, yM: 0, yawRad: 0 };
/** Radius 0.15 m and clearance 0.05 m. */
const NEEDED_M = 0.2;

/** The wall is seen from where the body is at `seenFrom`. */
function sees(now: Shown, view: LaserScan, seenFrom = AT_ORIGIN): Shown {
  return { ...now, scan: view, obstacles: obstaclePointsOf(view, seenFrom, AT_ORIGIN) };
}

function points(now: Shown, ...pointsM: number[]): Shown {
  return { ...now, scan: scan(), obstacles: { stampNs: NOW_NS, pointsM: Float32Array.from(pointsM) } };
}

function allowed(asked: TwistCommand, now: Shown): TwistCommand {
  const ruling = rule.check(asked, now);
  return ruling === undefined ? asked : (ruling.allowed as TwistCommand);
}

/** Way from a speed to rest: at 1.2 m/s² as long as the lag of 0.1 s asks for more than that, then v·τ. */
function stopM(speedMps: number): number {
  const lagMps = 1.2 * 0.1;
  return speedMps <= lagMps ? speedMps * 0.1 : (speedMps ** 2 - lagMps ** 2) / (2 * 1.2) + lagMps * 0.1;
}

/** Command delay and reaction at the present speed, then the way to rest. */
function neededAheadM(speedMps: number): number {
  return NEEDED_M + 0.12 * speedMps + stopM(speedMps);
}

describe("braking distance, straight at a wall", () => {
  test.each([0.6, 0.45, 0.3, 0.1])("at %d m/s, passes until delay, reaction and braking need all the room", (speed) => {
    const wallM = neededAheadM(speed);
    expect(rule.check(twist(speed), sees(driving(speed), scan(wallM + 0.001)))).toBeUndefined();
    expect(allowed(twist(speed), sees(driving(speed), scan(wallM - 0.001))).vxMps).toBeLessThan(speed);
  });

  test("backward as well", () => {
    const wallM = neededAheadM(0.3);
    expect(rule.check(twist(-0.3), sees(driving(-0.3), scan(-wallM - 0.001)))).toBeUndefined();
    expect(allowed(twist(-0.3), sees(driving(-0.3), scan(-wallM + 0.001))).vxMps).toBeGreaterThan(-0.3);
  });

  test("odometry of 100 ms ago: the way since then counts, at the faster of measured and commanded speed", () => {
    const late = driving(0.6, 0, { odometry: odometry(0.2, 0, AT_ORIGIN, NOW_NS - 100n * MS) });
    const wallM = neededAheadM(0.6) + 0.1 * 0.6;
    expect(rule.check(twist(0.6), sees(late, scan(wallM + 0.001)))).toBeUndefined();
    expect(rule.check(twist(0.6), sees(late, scan(wallM - 0.001)))).toBeDefined();
  });

  test("a command that acts 0.3 s late needs the way of 0.3 s", () => {
    const late = alone(brakingDistance, { ...ROOMS_ROBOT, response: { ...ROOMS_ROBOT.response, commandDelayS: 0.3 } });
    const wallM = neededAheadM(0.6) + (0.3 - 0.02) * 0.6;
    expect(late.check(twist(0.6), sees(driving(0.6), scan(wallM + 0.001)))).toBeUndefined();
    expect(late.check(twist(0.6), sees(driving(0.6), scan(wallM - 0.001)))).toBeDefined();
  });

  test("measured faster than told, forward or backward: the measured speed counts", () => {
    for (const way of [1, -1]) {
      // 0.3 m/s for the delay, down to 0.18 m/s in the reaction time, then to rest.
      const needM = NEEDED_M + 0.006 + 0.024 + stopM(0.18);
      const now = state({ odometry: odometry(way * 0.3), lastOutput: twist(way * 0.05) });
      expect(rule.check(twist(way * 0.05), sees(now, scan(way * (needM + 0.002))))).toBeUndefined();
      expect(rule.check(twist(way * 0.05), sees(now, scan(way * (needM - 0.002))))).toBeDefined();
    }
  });

  test("a slower command passes where a faster one does not, scaled along its curvature", () => {
    const now = sees(driving(0.6, 0.3), scan(0.42));
    const { vxMps, yawRateRps } = allowed(twist(0.6, 0.3), now);
    expect(vxMps).toBeGreaterThan(0.3);
    expect(vxMps).toBeLessThan(0.6);
    expect(yawRateRps / vxMps).toBeCloseTo(0.5, 9);
    expect(rule.check(twist(vxMps, yawRateRps), now)).toBeUndefined();
    expect(rule.check(twist(1.02 * vxMps, 1.02 * yawRateRps), now)).toBeDefined();
  });

  test("says how near the command would have come, and how near it may", () => {
    const now = sees(driving(0.6), scan(0.4));
    expect(rule.check(twist(0.6), now)?.violation).toEqual({
      id: "braking-distance",
      value: expect.closeTo(0.4 - 0.12 * 0.6 - stopM(0.6), 2),
      limit: NEEDED_M,
      unit: "m",
    });
  });

  test("the farther the wall, the faster the command that is let through", () => {
    for (const speed of [0, 0.2, 0.6]) {
      let last = 0;
      for (let wallM = 0.2; wallM < 0.6; wallM += 0.002) {
        const { vxMps } = allowed(twist(0.6), sees(driving(speed), scan(wallM)));
        expect(vxMps).toBeGreaterThanOrEqual(last);
        last = vxMps;
      }
      expect(last).toBe(0.6);
    }
  });
});

describe("braking distance, to the millimetre", () => {
  const ONE_MM = 0.001;

  test.each([0, Math.PI / 2, 2.5, -1])("whatever the heading: %d", (yawRad) => {
    const pose = { xM: 0, yM: 0, yawRad };
    for (const speed of [0.02, 0.1, 0.6, -0.3]) {
      const now = driving(speed, 0, { odometry: odometry(speed, 0, pose) });
      const at = (m: number) => points(now, Math.sign(speed) * m * Math.cos(yawRad), Math.sign(speed) * m * Math.sin(yawRad));
      const needM = neededAheadM(Math.abs(speed));
      expect(rule.check(twist(speed), at(needM + ONE_MM))).toBeUndefined();
      expect(rule.check(twist(speed), at(needM - ONE_MM))).toBeDefined();
    }
  });

  test("a reaction time that is no multiple of the steps counts as it is", () => {
    const quick = alone(brakingDistance, { ...ROOMS_ROBOT, response: { ...ROOMS_ROBOT.response, reactionS: 0.06 } });
    const needM = neededAheadM(0.6) - 0.04 * 0.6;
    expect(quick.check(twist(0.6), points(driving(0.6), needM + ONE_MM, 0))).toBeUndefined();
    expect(quick.check(twist(0.6), points(driving(0.6), needM - ONE_MM, 0))).toBeDefined();
  });

  test("what was sent counts for as long as it may act, and only in the direction of what is measured", () => {
    const after = (agoMs: bigint, told: number, measuredMps: number) => {
      const judge = alone(brakingDistance, ROOMS_ROBOT);
      const now = points(driving(measuredMps, 0, { lastOutput: twist(0), lastOutputNs: NOW_NS }), 0.21, 0);
      const then = { ...now, nowNs: NOW_NS - agoMs * MS + 10n * MS, lastOutput: twist(told), lastOutputNs: NOW_NS - agoMs * MS };
      judge.check(twist(0), then);
      return judge.check(twist(0.3), now)!.violation.value;
    };
    const unsaid = after(120n, 0, 0);
    // 0.02 s of delay and 0.1 s of reaction.
    expect(after(120n, 0.5, 0)).toBeLessThan(unsaid - 0.05);
    expect(after(121n, 0.5, 0)).toBe(unsaid);
    const rolling = after(120n, 0, 0.1);
    expect(after(120n, -0.5, 0.1)).toBeCloseTo(rolling, 2);
    expect(after(120n, 0.5, 0.1)).toBeLessThan(rolling - 0.05);
    expect(after(120n, 0.05, 0.1)).toBeCloseTo(rolling, 2);
  });

  test("who rolls slower than 0.02 m/s may turn in place, though that is nearer by a hair", () => {
    const turning = (rollsMps: number) => rule.check(twist(0, 2), points(driving(rollsMps, 0, { lastOutput: twist(0) }), 0.12, 0.12));
    expect(turning(0.02)).toBeUndefined();
    expect(turning(0.021)?.allowed).toEqual(twist(0));
  });
});

describe("braking distance, along and around", () => {
  test("a door of 0.8 m is passed at full speed, up to 0.19 m off its middle", () => {
    for (const offM of [0, 0.1, 0.19]) {
      for (let x = -0.5; x <= 0.5; x += 0.02) {
        const jambs = [-0.1, 0, 0.1].flatMap((depth) => [x + depth, 0.4 - offM, x + depth, -0.4 - offM]);
        expect(rule.check(twist(0.6), points(driving(0.6), ...jambs))).toBeUndefined();
      }
    }
  });

  test("alongside a wall at the clearance, nothing is held back", () => {
    const wall = Array.from({ length: 60 }, (_, i) => [-1 + i * 0.05, 0.201]).flat();
    expect(rule.check(twist(0.6), points(driving(0.6), ...wall))).toBeUndefined();
    expect(rule.check(twist(0.6, 0.3), points(driving(0.6), ...wall))).toBeDefined();
    expect(rule.check(twist(0.6, -0.3), points(driving(0.6), ...wall))).toBeUndefined();
  });

  test("on a circle, only what lies on the circle matters", () => {
    // Radius 0.3 m to the left: the post straight ahead is passed, the one on the arc is not.
    const now = driving(0.6, 2);
    expect(rule.check(twist(0.6, 2), points(now, 0.46, -0.05))).toBeUndefined();
    expect(rule.check(twist(0.6, 2), points(now, 0.3, 0.25))).toBeDefined();
  });

  test("the nearest point is not the one that matters when it lies aside", () => {
    for (const [yawRad, side, ahead] of [
      [0, [0, 0.25], [0.4, 0]],
      [Math.PI / 2, [0.25, 0], [0, 0.4]],
    ] as const) {
      const now = driving(0.6, 0, { odometry: odometry(0.6, 0, { xM: 0, yM: 0, yawRad }) });
      expect(rule.check(twist(0.6), points(now, ...side))).toBeUndefined();
      expect(rule.check(twist(0.6), points(now, ...side, ...ahead))).toBeDefined();
    }
  });

  test("nothing in sight: nothing to say", () => {
    expect(rule.check(twist(0.6, 2), sees(driving(0.6, 2), scan()))).toBeUndefined();
    expect(rule.check(twist(0.6), points(driving(0.6)))).toBeUndefined();
  });
});

describe("braking distance, already too near", () => {
  const POST = [0.18, 0];
  const atRest = points(state(), ...POST);

  test.each([
    ["turn in place", twist(0, 2)],
    ["turn in place the other way", twist(0, -2)],
    ["go away", twist(-0.3)],
    ["go away in an arc", twist(-0.2, 1)],
    ["stand", twist(0)],
  ])("may %s", (_, command) => {
    expect(rule.check(command, atRest)).toBeUndefined();
  });

  test.each([twist(0.01), twist(0.6), twist(0.1, 2)])("may not come nearer: %j becomes zero", (command) => {
    expect(allowed(command, atRest)).toEqual(twist(0));
  });

  test("may turn in place although noise says that it rolls a little", () => {
    for (const noise of [0.019, -0.019])
      expect(rule.check(twist(0, 2), points(driving(noise, 0, { lastOutput: twist(0) }), ...POST))).toBeUndefined();
  });

  test("may go along a wall, not towards it", () => {
    const wall = Array.from({ length: 400 }, (_, i) => [-1 + i * 0.005, 0.17]).flat();
    expect(rule.check(twist(0.3), points(state(), ...wall))).toBeUndefined();
    expect(rule.check(twist(0.3, -0.5), points(state(), ...wall))).toBeUndefined();
    expect(allowed(twist(0.3, 0.1), points(state(), ...wall))).toEqual(twist(0));
  });

  test("may go along a wall that is known by samples only, but not creep into it", () => {
    const sampled = (distanceM: number) => Array.from({ length: 200 }, (_, i) => [-1 + i * 0.016, distanceM]).flat();
    expect(rule.check(twist(0.3), points(state(), ...sampled(0.195)))).toBeUndefined();
    expect(allowed(twist(0.3), points(state(), ...sampled(0.17)))).toEqual(twist(0));
    for (const yawRad of [0.2, Math.PI / 2]) {
      const turned = state({ odometry: odometry(0, 0, { xM: 0, yM: 0, yawRad }) });
      expect(allowed(twist(0.05), points(turned, ...sampled(0.195)))).toEqual(twist(0));
      expect(allowed(twist(0.002), points(turned, ...sampled(0.17)))).toEqual(twist(0));
    }
  });

  test("still rolling towards it: nothing that goes on passes, however slow; backing away does", () => {
    const rolling = points(driving(0.3), 0.22, 0);
    expect(allowed(twist(0.3), rolling)).toEqual(twist(0));
    expect(allowed(twist(0.05), rolling)).toEqual(twist(0));
    expect(rule.check(twist(-0.3), rolling)).toBeUndefined();
    expect(rule.check(twist(0), rolling)).toBeUndefined();
  });

  test("leaving backward while inside goes on", () => {
    expect(rule.check(twist(-0.3), points(driving(-0.1), ...POST))).toBeUndefined();
  });
});

describe("braking distance, too near to one thing", () => {
  const wall = (x: number) => [-0.2, -0.1, 0, 0.1, 0.2].flatMap((y) => [x, y]);
  /** What the scanner sees of the robot itself, or somebody's foot. */
  const MAST = [-0.1, 0];

  test("has no leave to drive into another: a mast inside the footprint hides no wall", () => {
    for (let wallM = 0.1; wallM < 0.38; wallM += 0.02)
      expect(allowed(twist(0.6), points(driving(0.6), ...MAST, ...wall(wallM)))).toEqual(twist(0));
    expect(rule.check(twist(0.6), points(driving(0.6), ...MAST, ...wall(0.45)))).toBeUndefined();
    expect(rule.check(twist(0.1), points(state(), ...MAST, ...wall(0.25)))).toBeUndefined();
    expect(rule.check(twist(0.3), points(state(), ...MAST))).toBeUndefined();
  });

  test("has no leave to flee into another", () => {
    const chased = (wallM: number): Shown => {
      const now = points(state(), ...wall(wallM), -0.25, 0);
      return { ...now, obstacles: { ...now.obstacles!, moving: Float32Array.of(-0.25, 0, 0.8, 0) } };
    };
    expect(allowed(twist(0.3), chased(0.17))).toEqual(twist(0));
    expect(rule.check(twist(0.3), chased(0.3))).toBeUndefined();
  });

  test("turns that are still on their way count: they lead elsewhere than what is told now", () => {
    const late = { ...ROOMS_ROBOT, response: { ...ROOMS_ROBOT.response, commandDelayS: 0.3 } };
    const now = points(driving(0.4), 0.33, 0.12);
    const nearest = (turned: number) => {
      const judge = alone(brakingDistance, late);
      for (let ms = 300n; ms > 0n; ms -= 20n) {
        const then = { ...now, nowNs: NOW_NS - ms * MS, lastOutputNs: NOW_NS - (ms + 20n) * MS, lastOutput: twist(0.4, turned) };
        judge.check(twist(0.4, 0), then);
      }
      return judge.check(twist(0.1), { ...now, lastOutputNs: NOW_NS - 20n * MS })?.violation.value ?? 1;
    };
    expect(nearest(1)).toBeLessThan(nearest(0) - 0.01);
    expect(nearest(-1)).toBeCloseTo(nearest(0), 2);
  });
});

describe("braking distance without sight", () => {
  const holes = (from: number, to: number): LaserScan => {
    const view = scan();
    return { ...view, rangesM: view.rangesM.map((range, i) => (i >= from && i < to ? Number.NaN : range)) };
  };
  /** Beam i looks along -π + i · 3°: 60 is straight ahead, 0 straight back. */
  test.each([
    ["nothing at all", { ...scan(), rangesM: new Float32Array(0) }, [true, true]],
    ["all NaN", holes(0, 120), [true, true]],
    ["a gap ahead", holes(56, 64), [true, false]],
    ["a gap at the left", holes(86, 94), [true, true]],
    ["a gap behind", { ...holes(0, 6) }, [false, true]],
    ["single missing beams", holes(60, 61), [false, false]],
    ["only the front half", { ...scan(), angleMinRad: -Math.PI / 2, rangesM: new Float32Array(61).fill(2) }, [false, true]],
    [
      "nearer than it measures well, ahead",
      { ...scan(), rangesM: scan().rangesM.map((r, i) => (i >= 56 && i < 64 ? 0.01 : r)) },
      [false, false],
    ],
    ["beams that all look the same way", { ...scan(), angleIncrementRad: 0 }, [true, true]],
  ])("%s", (_, view, [forward, backward]) => {
    const now = sees(state(), view);
    const rule = alone(brakingDistance);
    const blind = (command: TwistCommand) => rule.check(command, now)?.violation.id === "braking-distance.blind";
    expect([blind(twist(0.1)), blind(twist(-0.1))]).toEqual([forward, backward]);
    expect(rule.check(twist(0, 1), now)).toBeUndefined();
  });

  test("what is nearer than the scanner measures well is in the way, where it was measured", () => {
    const near: LaserScan = { ...scan(), rangesM: scan().rangesM.map((r, i) => (i >= 56 && i < 64 ? 0.03 : r)) };
    expect(rule.check(twist(0.1), sees(state(), near))?.violation.id).toBe("braking-distance");
  });

  test("says how much of the half-plane is not seen", () => {
    expect(alone(brakingDistance).check(twist(0.1), sees(state(), holes(0, 120)))?.violation).toEqual({
      id: "braking-distance.blind",
      value: expect.closeTo(Math.PI, 9),
      limit: 0,
      unit: "rad",
    });
    expect(alone(brakingDistance).check(twist(0.1), sees(state(), holes(56, 64)))?.violation.value).toBeCloseTo(Math.PI / 9, 9);
  });

  describe("where it was measured until lately", () => {
    const at = (ms: number, view: LaserScan) => {
      const stampNs = NOW_NS + BigInt(ms) * MS;
      const seen = { ...view, stampNs };
      return {
        ...state({ odometry: odometry(0, 0, AT_ORIGIN, stampNs), nowNs: stampNs }),
        scan: seen,
        obstacles: obstaclePointsOf(seen, AT_ORIGIN, AT_ORIGIN),
      };
    };

    test("goes on slowly, along the same path, and says so", () => {
      const rule = alone(brakingDistance);
      expect(rule.check(twist(0.4, 0.2), at(0, scan()))).toBeUndefined();
      expect(rule.check(twist(0.4, 0.2), at(100, holes(56, 64)))).toEqual({
        violation: { id: "braking-distance.unmeasured", value: expect.closeTo(Math.PI / 9, 9), limit: 0, unit: "rad" },
        allowed: twist(expect.closeTo(0.15, 9), expect.closeTo(0.075, 9)),
        slows: true,
      });
      expect(rule.check(twist(0.15), at(200, holes(56, 64)))).toBeUndefined();
      expect(rule.check(twist(-0.4), at(300, holes(56, 64)))).toBeUndefined();
      expect(rule.check(twist(0.4), at(400, scan()))).toBeUndefined();
    });

    test("for 10 s from when it last was, sector by sector", () => {
      const rule = alone(brakingDistance);
      const found = (ms: number, view: LaserScan) => rule.check(twist(0.3), at(ms, view))?.violation.id;
      expect(found(0, scan())).toBeUndefined();
      expect(found(9000, holes(70, 78))).toBe("braking-distance.unmeasured");
      expect(found(10_000, holes(56, 64))).toBe("braking-distance.unmeasured");
      expect(found(18_900, holes(56, 64))).toBe("braking-distance.unmeasured");
      expect(found(19_100, holes(56, 64))).toBe("braking-distance.blind");
      expect(found(19_200, scan())).toBeUndefined();
      expect(found(19_300, holes(56, 64))).toBe("braking-distance.unmeasured");
    });

    test("not in more than a half of what is ahead, where beams are missing, or after time was set back", () => {
      const rule = alone(brakingDistance);
      const found = (ms: number, view: LaserScan) => rule.check(twist(0.1), at(ms, view))?.violation.id;
      expect(found(0, scan())).toBeUndefined();
      expect(found(100, holes(45, 75))).toBeUndefined();
      expect(found(200, holes(40, 80))).toBe("braking-distance.blind");
      expect(found(300, holes(0, 120))).toBe("braking-distance.blind");
      const half = { ...scan(), angleMinRad: -Math.PI / 2, rangesM: new Float32Array(50).fill(2) };
      expect(found(400, half)).toBe("braking-distance.blind");
      expect(found(-5000, holes(56, 64))).toBe("braking-distance.blind");
    });
  });

  test("counts beams in either direction, and a scanner that is mounted turned", () => {
    const clockwise: LaserScan = { ...holes(86, 94), angleMinRad: Math.PI, angleIncrementRad: -Math.PI / 60 };
    expect(alone(brakingDistance).check(twist(0.1), sees(state(), clockwise))?.violation.id).toBe("braking-distance.blind");
    const turned = alone(brakingDistance, {
      ...ROOMS_ROBOT,
      scanner: { frame: "base_scan", baseFromScan: { ...AT_ORIGIN, yawRad: Math.PI } },
    });
    expect(turned.check(twist(0.1), sees(state(), holes(56, 64)))).toBeUndefined();
    expect(turned.check(twist(-0.1), sees(state(), holes(56, 64)))?.violation.id).toBe("braking-distance.blind");
  });

  test("a scan that could not be placed leaves no command", () => {
    const ruling = rule.check(twist(0.1), state({ obstacles: undefined }));
    expect(ruling?.violation.id).toBe("braking-distance.blind");
    expect(ruling?.allowed).toBeUndefined();
  });

  test("no odometry leaves no command", () => {
    const ruling = rule.check(twist(0.1), sees(state({ odometry: undefined }), scan()));
    expect(ruling?.violation.id).toBe("braking-distance");
    expect(ruling?.allowed).toBeUndefined();
  });

  test("a robot without a scanner is not asked", () => {
    expect(alone(brakingDistance, { ...ROOMS_ROBOT, scanner: undefined }).check(twist(0.6), state())).toBeUndefined();
  });
});

describe("the margin along predicted motion", () => {
  const obstacles = (...pointsM: number[]) => ({ stampNs: NOW_NS, pointsM: Float32Array.from(pointsM) });
  /** Straight along x from the origin at a constant speed, by ticks of 50 ms. */
  const straight = (speed: number, ticks = 40) => Array.from({ length: ticks }, (_, t) => [speed * 0.05 * (t + 1), 0, 0, speed, 0, 0]);
  const margin = (samples: readonly (readonly (readonly number[])[])[], ...pointsM: number[]) =>
    [...rule.margin!(motionOf(samples), obstacles(...pointsM))].map((m) => Math.round(m * 1000) / 1000);

  test("is -1 from afar, 0 at clearance and spare (0.22 m), 1 at the touch, and grows to the middle", () => {
    for (const [off, expected] of [
      [0.4, -1],
      [0.29, -1],
      [0.255, -0.5],
      [0.22, 0],
      [0.185, 0.5],
      [0.15, 1],
      [0, 22 / 7],
    ] as const) {
      expect(margin([straight(0.3)], 0.4, off)[0]).toBeCloseTo(expected, 1);
    }
  });

  test("looks ahead by the braking distance", () => {
    // Two seconds of 0.3 m/s end at 0.6 m; reaction and braking need 0.0735 m more.
    expect(margin([straight(0.3)], 0.6 + 0.0735 + 0.22, 0)[0]).toBeCloseTo(0, 1);
    expect(margin([straight(0.3)], 0.6 + 0.0735 + 0.29, 0)[0]).toBeCloseTo(-1, 1);
  });

  test("is stricter than the gate: what keeps it by a hair passes there", () => {
    for (const speed of [0.1, 0.3, 0.6]) {
      const wallM = 0.221 + speed * (0.12 + speed / 2.4);
      expect(margin([straight(speed, 2)], 0.05 * 2 * speed + wallM, 0)[0]).toBeLessThanOrEqual(0);
      expect(rule.check(twist(speed), points(driving(speed), wallM, 0))).toBeUndefined();
    }
  });

  test("each sample has its own", () => {
    expect(margin([straight(0.3), straight(0.01), straight(-0.3)], 0.5, 0)).toEqual([3.143, -1, -1]);
  });

  test("who starts inside the clearance: staying costs nothing, going nearer does", () => {
    const [stay, away, nearer] = margin([straight(0), straight(-0.2), straight(0.1)], 0.18, 0) as [number, number, number];
    expect(stay).toBeCloseTo(0, 6);
    expect(away).toBeLessThanOrEqual(0);
    expect(nearer).toBeGreaterThan(1);
  });

  test("nothing seen, nothing near, nothing planned", () => {
    expect([...rule.margin!(motionOf([straight(0.6)]), undefined)]).toEqual([-1]);
    expect(margin([straight(0.6)])).toEqual([-1]);
    expect(margin([straight(0.6)], 50, 50)).toEqual([-1]);
    expect(margin([])).toEqual([]);
    expect([...rule.margin!(motionOf([[], []]), obstacles(0, 0))]).toEqual([-1, -1]);
  });

  test("skipping ticks and points far away changes nothing: the same as looking at everything", () => {
    const wall = Array.from({ length: 120 }, (_, i) => [1 + 0.3 * Math.sin(i), -2 + i / 30]).flat();
    const swerving = Array.from({ length: 64 }, (_, n) =>
      Array.from({ length: 40 }, (_, t) => [
        0.0005 * n * t,
        0.3 * Math.sin(n + t / 10),
        0.5 * Math.cos(n + t / 10),
        0.6,
        0,
        0.3 * Math.sin(t),
      ]),
    );
    const fast = margin(swerving, ...wall);
    const slow = swerving.map((ticks) => {
      let least = 0.29;
      for (let t = 1; t < 40; t += 2) {
        const [x, y, yaw, v, , w] = ticks[t] as [number, number, number, number, number, number];
        const s = v * 0.12 + (v * v) / 2.4;
        const heading = yaw + ((w / v) * s) / 2;
        for (let i = 0; i < wall.length; i += 2) {
          for (let k = 0; k <= 200; k++) {
            const along = (k / 200) * s;
            least = Math.min(least, Math.hypot(wall[i]! - x - along * Math.cos(heading), wall[i + 1]! - y - along * Math.sin(heading)));
          }
        }
      }
      return (0.22 - least) / 0.07;
    });
    expect(fast.some((m) => m > 0) && fast.some((m) => m < 0)).toBe(true);
    for (const [n, value] of fast.entries()) expect(Math.abs(value - slow[n]!)).toBeLessThan(0.02);
  });
});
