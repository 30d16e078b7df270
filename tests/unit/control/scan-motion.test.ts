import { describe, expect, test } from "vitest";
import { GateHistory } from "../../../src/control/gate-history.js";
import { Guard } from "../../../src/control/guard.js";
import { ScanMotion } from "../../../src/control/scan-motion.js";
import type { Pose2 } from "../../../src/core/body.js";
import type { ScanDoubt } from "../../../src/core/guardrail.js";
import type { LaserScan } from "../../../src/core/sensors.js";
import { seededRandom } from "../../../src/math/random.js";
import { navigationWorldDefinition } from "../../../src/worlds/index.js";
import { ROOMS_ROBOT, scan as scanOf, state, twist } from "../guardrails/robot.js";

type Lie = (scan: LaserScan) => LaserScan | undefined;
const shifted = (fraction: number): Lie => {
  return (scan) => {
    const { rangesM } = scan;
    return { ...scan, rangesM: rangesM.map((_, i) => rangesM[(i + Math.round(fraction * rangesM.length)) % rangesM.length]!) };
  };
};
const late = (byNs: bigint): Lie => {
  const waiting: LaserScan[] = [];
  return (scan) => {
    waiting.push(scan);
    const due = waiting.filter(({ stampNs }) => stampNs <= scan.stampNs - byNs).at(-1);
    return due && { ...due, stampNs: due.stampNs + byNs };
  };
};
const frozen = (): Lie => {
  let first: LaserScan | undefined;
  const random = seededRandom(3);
  return (scan) => {
    first ??= scan;
    return { ...first, stampNs: scan.stampNs, rangesM: first.rangesM.map((range) => range + 0.01 * random.normal()) };
  };
};

/** What the guard would hear of a robot that explores `rooms`, every 50 ms, with a scan every 100 ms. */
function explored(seed: number, seconds: number, lie: Lie, heard: (now: ReturnType<typeof state>, atS: number) => boolean | undefined) {
  const definition = navigationWorldDefinition("rooms");
  const world = definition.create({ seed, startNs: 1_000_000_000n });
  const explorer = definition.explorer(world, seededRandom(seed));
  let scan: LaserScan | undefined;
  for (let k = 0; k < 20 * seconds; k++) {
    world.command(explorer.next());
    world.advance(50_000_000n);
    if (k % 2 === 0) scan = lie(world.scan()) ?? scan;
    const odometry = world.odometry();
    if (scan && heard(state({ nowNs: odometry.stampNs, odometry, scan }), k / 20) === false) return;
  }
}

function foundIn(seed: number, lie: Lie): (ScanDoubt & { readonly atS: number }) | undefined {
  const motion = new ScanMotion(ROOMS_ROBOT);
  let found: (ScanDoubt & { readonly atS: number }) | undefined;
  explored(seed, 60, lie, (now, atS) => {
    const doubt = motion.advance(now);
    if (doubt === undefined || doubt.evidence < 1) return true;
    found = { ...doubt, atS };
    return false;
  });
  return found;
}

describe("motion of the scan against odometry", () => {
  test.each([
    ["turned by 180°", () => shifted(0.5), "turned", Math.PI, 20],
    ["turned by 90°", () => shifted(0.25), "turned", Math.PI / 2, 30],
    ["turned by -90°", () => shifted(0.75), "turned", -Math.PI / 2, 30],
    ["mirrored", () => (scan: LaserScan) => ({ ...scan, rangesM: scan.rangesM.toReversed() }), "mirrored", 0, 10],
    ["frozen, but for noise", frozen, "still", 0, 8],
    ["late by 300 ms", () => late(300_000_000n), "late", 0.3, 30],
  ] as const)("finds a scanner that is %s, and says so", (_, lie, named, value, withinS) => {
    for (const seed of [46000, 46001, 46002]) {
      const found = foundIn(seed, lie());
      expect(found?.lie).toBe(named);
      expect(found!.atS).toBeLessThan(withinS);
      if (named === "turned") expect(Math.abs(found!.value)).toBeCloseTo(Math.abs(value), 6);
    }
  });

  test("believes one that tells the truth", () => {
    for (const seed of [46003, 46004]) expect(foundIn(seed, (scan) => scan)).toBeUndefined();
  });

  test("believes one on a robot that is carried elsewhere, again and again", () => {
    const definition = navigationWorldDefinition("rooms");
    for (const seed of [46010, 46011, 46012, 46013]) {
      const world = definition.create({ seed, startNs: 1_000_000_000n });
      const [explorer, random] = [definition.explorer(world, seededRandom(seed)), seededRandom(seed).fork("places")];
      const history = new GateHistory(ROOMS_ROBOT, true);
      let scan: LaserScan | undefined;
      for (let k = 0; k < 2400; k++) {
        world.command(explorer.next());
        world.advance(25_000_000n);
        if (k % 2 === 0) scan = world.scan();
        // Between two measurements of odometry, just after a scan was taken: by what lies between the two nobody can tell where that was.
        if (k % 60 === 58) world.place(world.samplePose(random, 0.1));
        world.advance(25_000_000n);
        const odometry = world.odometry();
        if (scan) expect(history.advance(state({ nowNs: odometry.stampNs, odometry, scan })).scanDoubt).toBeUndefined();
      }
    }
  });

  test("says nothing where there is nothing to see, or nothing moves", () => {
    const motion = new ScanMotion(ROOMS_ROBOT);
    explored(
      46005,
      20,
      (scan) => ({ ...scan, rangesM: scan.rangesM.map(() => Number.POSITIVE_INFINITY) }),
      (now) => {
        expect(motion.advance(now)).toBeUndefined();
        return true;
      },
    );
    for (let k = 0; k < 100; k++) {
      const nowNs = 10_000_000_000n + BigInt(k) * 100_000_000n;
      expect(
        motion.advance(state({ nowNs, odometry: { ...state().odometry!, stampNs: nowNs }, scan: scanOf(1 + (k % 2), nowNs) })),
      ).toBeUndefined();
    }
  });

  test("is forgotten when the scanner falls silent for as long as a restart takes", () => {
    const motion = new ScanMotion(ROOMS_ROBOT);
    const mirrored = (scan: LaserScan) => ({ ...scan, rangesM: scan.rangesM.toReversed() });
    let certainS: number | undefined;
    let after: ScanDoubt | undefined;
    explored(46006, 30, mirrored, (now, atS) => {
      if (certainS !== undefined && atS < certainS + 2.5) return true;
      const doubt = motion.advance(now);
      if (certainS === undefined) {
        if (doubt?.evidence === 1) certainS = atS;
        return true;
      }
      after = doubt;
      return false;
    });
    expect(certainS).toBeDefined();
    expect(after).toBeUndefined();
  });

  test("slows the robot, then stops it, in the guard, until a person says that the scanner is mended", () => {
    let nowNs = 0n;
    const guard = new Guard(ROOMS_ROBOT, { nowNs: () => nowNs, steadyNs: () => nowNs });
    const seen: string[] = [];
    const mirrored = (scan: LaserScan) => ({ ...scan, rangesM: scan.rangesM.toReversed() });
    let resetTaken: boolean | undefined;
    let afterwards: string | undefined;
    let last: { readonly odomFromBase: Pose2; readonly scan: LaserScan };
    explored(46007, 30, mirrored, ({ odometry, scan, nowNs: now }) => {
      nowNs = now;
      last = { odomFromBase: odometry!.odomFromBase, scan: scan! };
      guard.onBody(odometry!);
      guard.onScan(scan!);
      guard.onCommand(twist(0, 1), now);
      const { verdict } = guard.tick();
      const id = verdict.kind === "pass" ? "" : (verdict.because.find(({ id }) => id.startsWith("scan."))?.id ?? "");
      if (seen.at(-1) !== `${verdict.kind} ${id}` && id !== "") seen.push(`${verdict.kind} ${id}`);
      return !(verdict.kind === "stop" && id === "scan.mirrored");
    });
    expect(seen.at(-1)).toBe("stop scan.mirrored");
    // At rest, by fresh odometry.
    for (let k = 0; k < 40; k++) {
      nowNs += 50_000_000n;
      guard.onBody({ ...state().odometry!, stampNs: nowNs, odomFromBase: last!.odomFromBase });
      guard.onScan({ ...last!.scan, stampNs: nowNs });
      guard.onCommand(twist(0.1), nowNs);
      const { verdict } = guard.tick();
      if (k === 19) {
        expect(verdict.kind === "stop" && verdict.because.map(({ id }) => id)).toContain("scan.mirrored");
        resetTaken = guard.reset();
      }
      afterwards = verdict.kind === "pass" ? "pass" : verdict.because.map(({ id }) => id).join(" ");
    }
    expect(resetTaken).toBe(true);
    expect(afterwards).not.toContain("scan.mirrored");
  });
});
