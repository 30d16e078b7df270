import { beforeEach, describe, expect, test } from "vitest";
import { Guard } from "../../../src/control/guard.js";
import type { Clock } from "../../../src/core/clock.js";
import type { JointVelocityCommand, TwistCommand } from "../../../src/core/command.js";
import { type DriveState, driveStep } from "../../../src/motion/differential-drive.js";
import { ARM } from "../guardrails/arm.js";
import { MS, ROOMS_ROBOT, scan, twist } from "../guardrails/robot.js";

const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };

const IN_THE_OPEN = { ...ROOMS_ROBOT, workspace: undefined };

/** A robot in the open, its guard at 50 Hz, and a controller at 20 Hz that can be silenced or made to lie. Both clocks can be bent. */
class Bench {
  rosNs = 100_000_000_000n;
  steadyNs = 5_000_000_000n;
  body: DriveState = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  wanted: TwistCommand | undefined = twist(0.6);
  odometryOn = true;
  scanOn = true;
  /** ROS time may stand still. */
  rosRuns = true;
  ms = 0;
  readonly outputs: { readonly ms: number; readonly command: TwistCommand }[] = [];
  readonly guard: Guard;
  report: ReturnType<Guard["tick"]>;
  readonly clock: Clock = { nowNs: () => this.rosNs, steadyNs: () => this.steadyNs };

  constructor() {
    this.guard = new Guard(IN_THE_OPEN, this.clock);
    this.report = this.guard.tick();
  }

  get odometry() {
    return { stampNs: this.rosNs, odomFromBase: this.body.pose, twistInBase: this.body.twist };
  }

  get command(): TwistCommand {
    return this.report.verdict.command as TwistCommand;
  }

  run(durationMs: number): this {
    for (const end = this.ms + durationMs; this.ms < end; this.ms += 10) {
      if (this.odometryOn && this.ms % 50 === 0) this.guard.onBody(this.odometry);
      if (this.scanOn && this.ms % 100 === 0) this.guard.onScan(scan(undefined, this.rosNs));
      if (this.wanted !== undefined && this.ms % 50 === 0) this.guard.onCommand(this.wanted, this.rosNs);
      if (this.ms % 20 === 0) {
        this.report = this.guard.tick();
        this.outputs.push({ ms: this.ms, command: this.command });
      }
      this.body = driveStep(this.body, this.command, 0.01, RESPONSE);
      this.steadyNs += 10n * MS;
      if (this.rosRuns) this.rosNs += 10n * MS;
    }
    return this;
  }

  /** Milliseconds from now until the published speed is zero and stays so for a second. */
  timeToZero(): number {
    const from = this.ms;
    this.run(1000);
    const last = this.outputs.findLast(({ command }) => command.vxMps !== 0 || command.yawRateRps !== 0);
    return last === undefined || last.ms < from ? 0 : last.ms + 20 - from;
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("the guard", () => {
  test("publishes zero until it knows enough", () => {
    expect(bench.report.verdict).toMatchObject({ kind: "stop", command: twist(0) });
  });

  test("without a command, says why it has none", () => {
    const found = () => bench.guard.tick().verdict;
    expect(found()).toMatchObject({ because: [{ id: "proposal" }] });
    bench.guard.onCommand(twist(0.1), 0n);
    expect(found()).toMatchObject({ kind: "stop", command: twist(0), because: [{ id: "proposal.unstamped" }] });
    bench.rosNs = 0n;
    expect(new Guard(IN_THE_OPEN, bench.clock).tick().verdict).toMatchObject({ because: [{ id: "proposal.clock" }] });
    bench = new Bench();
    bench.guard.onCommand(twist(0.1), 0n);
    expect(bench.run(300).report.verdict.kind).toBe("limited");
  });

  test("lets the robot reach full speed, within the acceleration limit", () => {
    bench.run(1200);
    expect(bench.command).toEqual(twist(0.6));
    for (let i = 1; i < bench.outputs.length; i++) {
      expect(bench.outputs[i]!.command.vxMps - bench.outputs[i - 1]!.command.vxMps).toBeLessThanOrEqual(0.02 + 1e-12);
    }
  });

  test.each([0, 10, 20, 30, 40])("controller killed at full speed, %d ms after its command: zero within 300 ms", (lateMs) => {
    bench.run(1200 + lateMs);
    expect(bench.command.vxMps).toBe(0.6);
    bench.wanted = undefined;
    const ms = bench.timeToZero();
    expect(ms).toBeGreaterThan(100);
    expect(ms).toBeLessThanOrEqual(300);
  });

  test.each([
    [
      "odometry",
      320,
      () => {
        bench.odometryOn = false;
      },
    ],
    [
      "scan",
      420,
      () => {
        bench.scanOn = false;
      },
    ],
    [
      "ROS time halted, controller dead",
      300,
      () => {
        bench.rosRuns = false;
        bench.wanted = undefined;
      },
    ],
    [
      "ROS time halted, all else alive",
      320,
      () => {
        bench.rosRuns = false;
      },
    ],
    ["emergency stop", 120, () => bench.guard.onEmergencyStop(true)],
    [
      "a command of NaN",
      120,
      () => {
        bench.wanted = twist(Number.NaN);
      },
    ],
    [
      "a command of zero",
      20,
      () => {
        bench.wanted = twist(0);
      },
    ],
  ])("%s lost or bad at full speed: zero within %d ms", (_, withinMs, fault) => {
    bench.run(1200);
    expect(bench.command.vxMps).toBe(0.6);
    fault();
    expect(bench.timeToZero()).toBeLessThanOrEqual(withinMs);
  });

  test("goes on by itself when the input is back", () => {
    bench.run(1200);
    bench.scanOn = false;
    bench.run(800);
    bench.scanOn = true;
    bench.run(1200);
    expect(bench.command.vxMps).toBe(0.6);
  });
});

describe("stamps", () => {
  const offer = (vxMps: number, stampNs: bigint) => {
    bench.guard.onCommand(twist(vxMps), stampNs);
    bench.report = bench.guard.tick();
  };

  beforeEach(() => {
    bench.run(1200);
    bench.wanted = undefined;
  });

  test.each([
    ["repeated", 0n],
    ["repeated", -50n * MS],
    ["future", 51n * MS],
    ["future", 3_600_000n * MS],
    ["old", -151n * MS],
    ["old", -100_000n * MS],
  ])("a command whose stamp is %s (%s ns off) is not taken, and counted", (what, offNs) => {
    offer(0.5, bench.rosNs);
    offer(0.1, bench.rosNs + offNs);
    expect(bench.command.vxMps).toBe(0.5);
    expect(bench.report.counts[`${what} command`]).toBe(1);
  });

  test("a replay of old commands does not keep a dead controller's robot moving", () => {
    const recorded = Array.from({ length: 40 }, (_, k) => bench.rosNs - BigInt(50 * k) * MS);
    for (const stampNs of recorded) bench.guard.onCommand(twist(0.6), stampNs);
    expect(bench.timeToZero()).toBeLessThanOrEqual(300);
  });

  test("odometry and scans that repeat their stamp count as silence", () => {
    const frozen = bench.odometry;
    const seen = scan(undefined, bench.rosNs);
    bench.wanted = twist(0.6);
    bench.odometryOn = false;
    for (let k = 0; k < 20; k++) {
      bench.guard.onBody(frozen);
      bench.guard.onScan(seen);
      bench.run(50);
    }
    expect(bench.command).toEqual(twist(0));
    expect(bench.report.verdict).toMatchObject({ because: [{ id: "freshness.odometry" }] });
    // For as long as the stamp would have been young enough; after that they are old.
    expect(bench.report.counts["repeated odometry"]).toBe(4);
    expect(bench.report.counts["old odometry"]).toBe(15);
  });

  test("a command that took long to arrive does not live longer for it", () => {
    bench.run(200);
    offer(0.5, bench.rosNs - 140n * MS);
    expect(bench.report.verdict.kind).toBe("limited");
    bench.steadyNs += 11n * MS;
    bench.rosNs += 11n * MS;
    expect(bench.guard.tick().verdict).toMatchObject({ kind: "stop", because: [{ id: "freshness.command" }] });
  });

  test("nor does one that is stamped ahead: it counts from its arrival", () => {
    offer(0.5, bench.rosNs + 50n * MS);
    expect(bench.command.vxMps).toBe(0.5);
    bench.steadyNs += 151n * MS;
    bench.rosNs += 151n * MS;
    bench.guard.onBody(bench.odometry);
    expect(bench.guard.tick().verdict).toMatchObject({ kind: "stop", because: [{ id: "freshness.command" }] });
  });

  test("a clock set back by 100 ms is corrected, by more is another time", () => {
    bench.guard.tick();
    bench.rosNs -= 100n * MS;
    expect(bench.guard.tick().counts["clock set back"]).toBeUndefined();
    bench.rosNs -= 1n;
    expect(bench.guard.tick().counts["clock set back"]).toBe(1);
  });

  test("late delivery makes nothing young", () => {
    bench.wanted = twist(0.6);
    bench.odometryOn = false;
    bench.run(150);
    const old = { ...bench.odometry, stampNs: bench.rosNs - 201n * MS };
    bench.guard.onBody(old);
    expect(bench.run(100).report.verdict).toMatchObject({ kind: "stop", because: [{ id: "freshness.odometry" }] });
    expect(bench.report.counts["old odometry"]).toBe(1);
  });

  test.each([150n, 400n, 50_000n])("ROS time set back by %s ms: stop, forget all, then go on with what is new", (backMs) => {
    bench.wanted = twist(0.6);
    bench.run(10);
    bench.rosNs -= backMs * MS;
    bench.run(20);
    expect(bench.report.counts["clock set back"]).toBe(1);
    expect(bench.report.verdict.kind).toBe("stop");
    bench.run(2500);
    expect(bench.command.vxMps).toBe(0.6);
  });

  test("ROS time set back by a little, as clocks are corrected: nothing is forgotten, and it adds up", () => {
    bench.wanted = twist(0.6);
    bench.run(10);
    bench.rosNs -= 50n * MS;
    bench.run(20);
    expect(bench.report.counts["clock set back"]).toBeUndefined();
    bench.rosNs -= 98n * MS;
    bench.run(20);
    expect(bench.report.counts["clock set back"]).toBe(1);
    bench.run(2500);
    expect(bench.command.vxMps).toBe(0.6);
  });

  test("ROS time set forward: stop, then go on with what is new", () => {
    bench.wanted = twist(0.6);
    bench.run(40);
    bench.rosNs += 50_000_000_000n;
    bench.report = bench.guard.tick();
    expect(bench.report.verdict.kind).toBe("stop");
    bench.run(2500);
    expect(bench.command.vxMps).toBe(0.6);
  });
});

describe("the emergency stop", () => {
  beforeEach(() => {
    bench.run(1200);
    bench.guard.onEmergencyStop(true);
  });

  test("stays until it is reset, whatever is commanded", () => {
    bench.guard.onEmergencyStop(false);
    bench.run(3000);
    expect(bench.report.emergencyStopped).toBe(true);
    expect(bench.command).toEqual(twist(0));
  });

  test("is not reset while the robot moves", () => {
    bench.guard.onEmergencyStop(false);
    expect(bench.run(100).guard.reset()).toBe(false);
    expect(bench.run(1000).guard.reset()).toBe(true);
  });

  test("is not reset while the button is held", () => {
    expect(bench.run(1500).guard.reset()).toBe(false);
  });

  test("is not reset without fresh odometry", () => {
    bench.guard.onEmergencyStop(false);
    bench.run(1500);
    bench.odometryOn = false;
    // The last came 40 ms before.
    expect(bench.run(150).guard.reset()).toBe(true);
    bench.guard.onEmergencyStop(true);
    bench.guard.onEmergencyStop(false);
    expect(bench.run(20).guard.reset()).toBe(false);
    expect(new Guard(ROOMS_ROBOT, bench.clock).reset()).toBe(false);
  });

  test("after the reset, what was commanded before is forgotten: only a new command moves the robot", () => {
    bench.guard.onEmergencyStop(false);
    bench.run(1500);
    bench.wanted = undefined;
    expect(bench.guard.reset()).toBe(true);
    const resetNs = bench.rosNs;
    expect(bench.run(20).report.verdict).toEqual({ kind: "pass", command: twist(0) });
    expect(bench.report.emergencyStopped).toBe(false);
    // Nor when it is played again: stamps from before the reset are old ones.
    for (const agoMs of [0n, 10n, 100n]) bench.guard.onCommand(twist(0.6), resetNs - agoMs * MS);
    expect(bench.run(20).command).toEqual(twist(0));
    expect(bench.report.counts["repeated command"]).toBe(3);
    expect(bench.run(200).report.verdict).toMatchObject({ kind: "stop", because: [{ id: "freshness.command" }] });
    bench.wanted = twist(0.2);
    bench.run(500);
    expect(bench.command.vxMps).toBe(0.2);
  });
});

test("counts ticks by verdict, and by rule", () => {
  bench.run(1200);
  const before = { ...bench.report.counts };
  bench.wanted = twist(0.6, 9);
  bench.run(100);
  bench.scanOn = false;
  bench.run(600);
  const { counts } = bench.report;
  expect(counts["limited speed"]).toBeGreaterThanOrEqual(4);
  expect(counts["stop freshness.scan"]).toBeGreaterThan(5);
  expect(before["limited acceleration"]).toBeGreaterThan(20);
  expect((counts.pass ?? 0) + (counts.limited ?? 0) + (counts.stop ?? 0)).toBe(bench.outputs.length + 1);
});

test("a robot file beyond a ceiling makes no guard", () => {
  const limits = { ...ROOMS_ROBOT.limits, forwardMps: 3 };
  expect(() => new Guard({ ...ROOMS_ROBOT, limits }, bench.clock)).toThrow(expect.objectContaining({ code: "RH-ROBOT-CEILING" }));
});

test("doubt slows the robot down, stops it, and stays when it is no longer told", () => {
  bench.run(1200);
  bench.guard.onModelUncertainty({ surprise: 12 });
  bench.run(200);
  expect(bench.command.vxMps).toBeCloseTo(0.3, 9);
  bench.guard.onModelUncertainty({ surprise: Number.NaN });
  expect(bench.run(300).report.verdict).toMatchObject({ kind: "stop", command: twist(0), because: [{ id: "model-uncertainty.surprise" }] });
  bench.guard.onModelUncertainty({});
  expect(bench.run(300).command).toEqual(twist(0));
  bench.guard.onModelUncertainty({ surprise: 1 });
  expect(bench.run(1200).command.vxMps).toBe(0.6);
});

test("doubt that is told between two ticks is not lost when the next word says nothing about it", () => {
  bench.run(1200);
  bench.guard.onModelUncertainty({ surprise: 12 });
  bench.guard.onModelUncertainty({ uncertainty: 1 });
  bench.guard.onModelUncertainty({});
  bench.run(200);
  expect(bench.command.vxMps).toBeCloseTo(0.3, 9);
  bench.guard.onModelUncertainty({ uncertainty: 99 });
  bench.guard.onModelUncertainty({ surprise: 1 });
  expect(bench.run(300).report.verdict).toMatchObject({ kind: "stop", because: [{ id: "model-uncertainty.uncertainty" }] });
});

describe("the guard of an arm", () => {
  test("drives by fresh joint states, stops without them, and resets at rest", () => {
    const clock = { nowNs: () => bench.rosNs, steadyNs: () => bench.steadyNs };
    const guard = new Guard(ARM, clock);
    const tick = (state: boolean) => {
      if (state) guard.onBody({ stampNs: bench.rosNs, positionsRad: [0, 1], velocitiesRps: [0, 0] });
      guard.onCommand({ kind: "joint-velocities", velocitiesRps: [0.2, 0] }, bench.rosNs);
      const report = guard.tick();
      bench.rosNs += 20n * MS;
      bench.steadyNs += 20n * MS;
      return report;
    };
    expect(tick(false).verdict).toMatchObject({ kind: "stop", because: [{ id: "freshness.joints" }] });
    expect(guard.reset()).toBe(false);
    for (let k = 0; k < 4; k++) tick(true);
    expect((tick(true).verdict.command as JointVelocityCommand).velocitiesRps[0]).toBeGreaterThan(0.05);
    guard.onEmergencyStop(true);
    guard.onEmergencyStop(false);
    for (let k = 0; k < 4; k++) tick(true);
    expect(guard.reset()).toBe(true);
    for (let k = 0; k < 8; k++) tick(false);
    expect(guard.reset()).toBe(false);
  });
});
