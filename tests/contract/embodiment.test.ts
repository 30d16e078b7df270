import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { SafetyGate } from "../../src/control/gate.js";
import type { BodyMeasurement } from "../../src/core/body.js";
import { type Command, restCommand, sameCommand, slower, valuesOf, withValues } from "../../src/core/command.js";
import { type Embodiment, REST } from "../../src/core/embodiment.js";
import type { BodyState } from "../../src/core/guardrail.js";
import type { RobotDescription } from "../../src/core/robot-description.js";
import { ActionScaling } from "../../src/embodiment/action-scaling.js";
import { EMBODIMENTS, embodimentOf } from "../../src/embodiment/index.js";
import { measurementOf } from "../../src/embodiment/measurement-of.js";
import { isAtRest, scaled } from "../../src/guardrails/axes.js";
import { enforceCeilings } from "../../src/guardrails/ceilings.js";
import { tensor, values } from "../../src/math/tensor.js";
import { commandCodecOf, measurementCodecOf } from "../../src/messages/body-codecs.js";

const ROBOTS = readdirSync("calibration").map((name) => readRobotFile(`calibration/${name}/robot.yaml`));
const STEP_S = 0.05;

/** A robot of each kind of body, from the calibrations that come along, and one whose body is a module. */
const own = readRobotFile("examples/skid-steer.robot.yaml");
const subjects = [...EMBODIMENTS.map(calibrated), { name: "skid-steer.mjs", embodiment: embodimentOf(own), robot: own }];

function calibrated(embodiment: Embodiment) {
  const robot = ROBOTS.find(({ drive }) => drive === embodiment.drive);
  if (robot === undefined) throw new Error(`no calibration of a robot with drive ${embodiment.drive}`);
  return { name: embodiment.drive, embodiment, robot };
}

describe.each(subjects)("embodiment $name", ({ embodiment, robot }) => {
  const axes = embodiment.axes(robot);
  const numbers = embodiment.command(robot);
  const rest = restCommand(numbers);
  const { measurement } = embodiment;
  const commandOf = (numbers: readonly number[]) => withValues(rest, numbers);
  const feasible = embodiment.feasible?.(robot) ?? ((command: readonly number[]) => command);
  /** Commands that the body can follow, up to its limits. */
  const command = fc
    .tuple(
      ...axes.map(() =>
        fc.oneof(
          fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 1000),
          fc.constant(0),
        ),
      ),
    )
    .map((parts) => commandOf(feasible(parts.map((part, i) => (part < 0 ? -part * axes[i]!.minPerS : part * axes[i]!.maxPerS)))));
  const wild = fc.tuple(...axes.map(() => fc.oneof(fc.double({ min: -20, max: 20, noNaN: true }), fc.constant(0)))).map(commandOf);

  const bodyAt = (velocity: readonly number[], stampNs: bigint): BodyMeasurement => bodyOf(embodiment, robot, velocity, stampNs);

  /** Moves on for a number of control periods; the last row. */
  const after = (from: BodyMeasurement, sent: Command, ticks: number, maxStepS?: number): BodyMeasurement => {
    const rows = Float32Array.from({ length: ticks * axes.length }, (_, i) => valuesOf(sent)[i % axes.length]!);
    const model = embodiment.motion(robot, maxStepS);
    const motion = values(model.rollout(from, tensor(rows, [1, ticks, axes.length]), STEP_S));
    return model.bodyOf(motion.subarray(motion.length - motion.length / ticks), from.stampNs + BigInt(ticks) * 50_000_000n);
  };

  const state = (body: BodyMeasurement, lastOutput: Command, nowNs = body.stampNs): BodyState => ({
    nowNs,
    odometry: undefined,
    scan: undefined,
    odometryReceivedNs: nowNs,
    jointsReceivedNs: nowNs,
    scanReceivedNs: nowNs,
    commandReceivedNs: nowNs,
    [measurement.name]: body,
    lastOutput,
    lastOutputNs: nowNs - 20_000_000n,
  });

  it("has one limit for each number of its command, within the ceilings, and rest is within them", () => {
    expect(numbers.names).toHaveLength(axes.length);
    expect(new Set(numbers.names).size).toBe(axes.length);
    expect(() => enforceCeilings(robot)).not.toThrow();
    for (const { minPerS, maxPerS, ...rates } of axes) {
      expect(minPerS).toBeLessThanOrEqual(0);
      expect(maxPerS).toBeGreaterThanOrEqual(0);
      expect(rates.accelerationPerS2).toBeGreaterThan(0);
      expect(rates.decelerationPerS2).toBeGreaterThan(0);
      expect(rates.emergencyDecelerationPerS2).toBeGreaterThanOrEqual(rates.decelerationPerS2 * (rates.unit === "m/s" ? 1 : 0));
      expect(rates.jerkPerS3).toBeGreaterThan(0);
    }
  });

  it("rests at zero, and only there", () => {
    expect(valuesOf(rest)).toEqual(axes.map(() => 0));
    const still = bodyAt(
      axes.map(() => 0),
      0n,
    );
    expect(isAtRest(robot, state(still, rest))).toBe(true);
    for (const [i, { unit, maxPerS }] of axes.entries()) {
      if (maxPerS <= REST[unit]) continue;
      const moving = axes.map((_, k) => (k === i ? 2 * REST[unit] : 0));
      expect(isAtRest(robot, state(bodyAt(moving, 0n), rest))).toBe(false);
      expect(isAtRest(robot, state(still, commandOf(moving)))).toBe(false);
    }
  });

  it("stays where it is when it rests and is commanded to", () => {
    const from = bodyAt(
      axes.map(() => 0),
      0n,
    );
    const to = after(from, rest, 40);
    // Motion is in single precision.
    expect(measurement.position(to)).toEqual(measurement.position(from).map(Math.fround));
    expect(measurement.velocity(to)).toEqual(axes.map(() => 0));
  });

  it("brakes to rest within the time that its deceleration and lag allow, and never speeds up meanwhile", () => {
    fc.assert(
      fc.property(command, (begun) => {
        let body = bodyAt(valuesOf(begun), 0n);
        let sent = begun;
        const gate = new SafetyGate(robot);
        const emergencyS = Math.max(...valuesOf(begun).map((v, i) => Math.abs(v) / axes[i]!.emergencyDecelerationPerS2));
        const brakingS = Math.max(...valuesOf(begun).map((v, i) => Math.abs(v) / axes[i]!.decelerationPerS2));
        // To the speed that counts as rest the lag alone takes a few time constants.
        const ticks = Math.ceil((emergencyS + brakingS + 6 * robot.response.timeConstantS) / STEP_S) + 2;
        for (let tick = 0; tick < ticks; tick++) {
          const verdict = gate.admit(undefined, { ...state(body, sent), lastOutputNs: body.stampNs - 50_000_000n });
          expect(verdict.kind).toBe("stop");
          expect(sameCommand(slower(verdict.command, sent), verdict.command)).toBe(true);
          const next = after(body, verdict.command, 1);
          for (const [i, v] of measurement.velocity(next).entries())
            expect(Math.abs(v)).toBeLessThanOrEqual(Math.abs(measurement.velocity(body)[i]!) + 1e-6);
          [body, sent] = [next, verdict.command];
        }
        expect(sent).toEqual(rest);
        expect(isAtRest(robot, state(body, sent))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("lets no command beyond its limits pass the gate, on any axis, nor one that it cannot follow", () => {
    fc.assert(
      fc.property(wild, (proposed) => {
        // At the limits already, so that neither acceleration nor jerk is what limits.
        const last = commandOf(feasible(valuesOf(proposed).map((v, i) => (v < 0 ? axes[i]!.minPerS : axes[i]!.maxPerS))));
        const { command: sent } = new SafetyGate({ ...robot, scanner: undefined }).admit(
          proposed,
          state(bodyAt(valuesOf(last), 1_000_000_000n), last),
        );
        for (const [i, v] of valuesOf(sent).entries()) {
          expect(v).toBeGreaterThanOrEqual(axes[i]!.minPerS);
          expect(v).toBeLessThanOrEqual(axes[i]!.maxPerS);
        }
        expect(sameCommand(slower(sent, proposed), sent)).toBe(true);
        expect(valuesOf(sent)).toEqual(feasible(valuesOf(sent)));
      }),
    );
  });

  it("makes commands slower monotonously, and keeps those that it can follow such when they are scaled", () => {
    fc.assert(
      fc.property(command, command, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, factor) => {
        const slow = slower(a, b);
        for (const [i, v] of valuesOf(slow).entries()) {
          expect(Math.abs(v)).toBeLessThanOrEqual(Math.abs(valuesOf(b)[i]!));
          expect(Math.abs(v)).toBeLessThanOrEqual(Math.abs(valuesOf(a)[i]!));
        }
        expect(slower(a, slow)).toEqual(slow);
        const part = valuesOf(scaled(a, factor));
        for (const [i, v] of feasible(part).entries()) expect(v).toBeCloseTo(part[i]!, 12);
      }),
    );
  });

  it("brings any command to one that it can follow, once, without making it faster", () => {
    fc.assert(
      fc.property(wild, (proposed) => {
        const followed = commandOf(feasible(valuesOf(proposed)));
        expect(sameCommand(slower(followed, proposed), followed)).toBe(true);
        expect(feasible(valuesOf(followed))).toEqual(valuesOf(followed));
        expect(feasible(valuesOf(rest))).toEqual(valuesOf(rest));
      }),
    );
  });

  it("takes model actions to commands and back", () => {
    const driven = axes.flatMap(({ unit, minPerS, maxPerS }, i) =>
      maxPerS > 0 ? [{ name: numbers.names[i]!, unit, range: [minPerS, maxPerS] as const }] : [],
    );
    const scaling = new ActionScaling(driven, numbers);
    fc.assert(
      fc.property(fc.tuple(...driven.map(() => fc.double({ min: -1, max: 1, noNaN: true }))), (action) => {
        for (const [i, back] of scaling.toAction(scaling.toCommand(action)).entries()) expect(back).toBeCloseTo(action[i]!, 9);
      }),
    );
    const row = new Float32Array(numbers.names.length);
    scaling.write(Float32Array.from(scaling.restAction), 0, row, 0);
    for (const value of row) expect(value).toBeCloseTo(0, 6);
  });

  it("moves as a hundred times finer an integration says", () => {
    fc.assert(
      fc.property(command, command, (begun, sent) => {
        const from = bodyAt(valuesOf(begun), 0n);
        const [coarse, fine] = [after(from, sent, 20), after(from, sent, 20, STEP_S / 500)];
        const { distanceM, angleRad } = measurement.distance(measurement.position(coarse), measurement.position(fine));
        expect(distanceM).toBeLessThan(0.01);
        expect(angleRad).toBeLessThan(0.02);
        for (const [i, v] of measurement.velocity(fine).entries()) expect(measurement.velocity(coarse)[i]).toBeCloseTo(v, 1);
      }),
      { numRuns: 30 },
    );
  });

  it("says the same velocity for guards as for planning, and its position follows from it", () => {
    fc.assert(
      fc.property(command, command, (begun, sent) => {
        const from = bodyAt(valuesOf(begun), 0n);
        const moved = after(from, sent, 4);
        const expected = embodiment.velocityAfter(robot)(valuesOf(begun), valuesOf(sent), 4 * STEP_S);
        for (const [i, v] of expected.entries()) expect(measurement.velocity(moved)[i]).toBeCloseTo(v, 4);
        // The mean of first and last velocity, over a step so short that they hardly differ.
        const soon = after(from, sent, 1);
        const way = measurement.velocity(from).map((v, i) => ((v + measurement.velocity(soon)[i]!) / 2) * STEP_S);
        const off = measurement.distance(measurement.displaced(measurement.position(from), way), measurement.position(soon));
        expect(off.distanceM).toBeLessThan(0.01);
        expect(off.angleRad).toBeLessThan(0.03);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps speeds within the axes' limits while it obeys commands within them", () => {
    fc.assert(
      fc.property(command, command, (begun, sent) => {
        const velocity = measurement.velocity(after(bodyAt(valuesOf(begun), 0n), sent, 10));
        for (const [i, v] of velocity.entries()) {
          expect(v).toBeGreaterThanOrEqual(axes[i]!.minPerS * (1 + 1e-6) - 1e-9);
          expect(v).toBeLessThanOrEqual(axes[i]!.maxPerS * (1 + 1e-6) + 1e-9);
        }
      }),
    );
  });

  it("gets its commands back from the messages that carry them", () => {
    const { proposed, command: sent, unstampedType } = embodiment.ros;
    for (const type of [proposed.type, sent.type, ...(unstampedType ? [unstampedType] : [])]) {
      const codec = commandCodecOf(type);
      fc.assert(
        fc.property(command, (one) => {
          const message = codec.encode(one, { joints: numbers.names, stampNs: 1_500_000_000n, frameId: "base_link" });
          expect(codec.decode(message, numbers.names)).toEqual(one);
        }),
      );
      expect(() => codec.encode(commandOf(axes.map(() => Number.NaN)), { joints: numbers.names, stampNs: 0n, frameId: "" })).toThrow(
        expect.objectContaining({ code: "RH-COMMAND-NAN" }),
      );
    }
  });

  it("gets what is measured back from the message that carries it, and a model what it asks for", () => {
    const codec = measurementCodecOf(measurement.ros.type);
    fc.assert(
      fc.property(command, (velocity) => {
        const body = bodyAt(valuesOf(velocity), 1_500_000_000n);
        const decoded = codec.decode(codec.encode(body, { joints: numbers.names, frameId: "base_link" }), numbers.names);
        expect(measurementOf(decoded)).toBe(measurement);
        for (const [i, v] of measurement.velocity(decoded).entries()) expect(v).toBeCloseTo(measurement.velocity(body)[i]!, 12);
        for (const name of embodiment.proprioception(robot)) expect(measurement.quantity(decoded, name, numbers.names)).not.toBeNaN();
      }),
    );
    expect(
      measurement.quantity(
        bodyAt(
          axes.map(() => 0),
          0n,
        ),
        "nothing.of.it",
        numbers.names,
      ),
    ).toBeNaN();
  });

  it("stops at a command or a measurement that is not a number, and sends none", () => {
    const still = axes.map(() => 0);
    for (const i of axes.keys()) {
      const broken = still.map((v, k) => (k === i ? Number.NaN : v));
      const gate = new SafetyGate(robot);
      const byCommand = gate.admit(commandOf(broken), state(bodyAt(still, 1_000_000_000n), rest));
      const byBody = gate.admit(rest, state(bodyAt(broken, 1_020_000_000n), rest));
      for (const verdict of [byCommand, byBody]) {
        expect(verdict.kind).toBe("stop");
        expect(verdict.command).toEqual(rest);
      }
      expect(feasible(valuesOf(commandOf(broken))).some(Number.isNaN)).toBe(true);
    }
  });
});

function bodyOf(embodiment: Embodiment, robot: RobotDescription, velocity: readonly number[], stampNs: bigint): BodyMeasurement {
  if (embodiment.floor) {
    const [vxMps = 0, vyMps = 0, yawRateRps = 0] = velocity;
    return { stampNs, odomFromBase: { xM: 0.1, yM: -0.2, yawRad: 0.3 }, twistInBase: { vxMps, vyMps, yawRateRps } };
  }
  return { stampNs, positionsRad: robot.joints.map(({ positionRad: [low, high] }) => (low + high) / 2), velocitiesRps: velocity };
}
