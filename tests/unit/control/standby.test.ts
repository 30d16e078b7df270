import { describe, expect, test } from "vitest";
import { SILENCE_NS, Standby } from "../../../src/control/standby.js";
import { type Command, valuesOf } from "../../../src/core/command.js";
import { ARM } from "../guardrails/arm.js";
import { MS, ROOMS_ROBOT, twist } from "../guardrails/robot.js";

/** A standby and the guard that it hears, by one clock. */
class Bench {
  ns = 7_000_000_000n;
  readonly standby = new Standby(ROOMS_ROBOT);
  sent: { readonly ms: number; readonly command: Command }[] = [];

  /** The guard commands each 20 ms; the standby is asked as often. */
  run(ms: number, guard: Command | undefined): this {
    for (const endNs = this.ns + BigInt(ms) * MS; this.ns < endNs; this.ns += 10n * MS) {
      if (guard && (this.ns / MS) % 20n === 0n) this.standby.onGuard(guard, this.ns);
      const command = this.standby.check(this.ns);
      if (command) this.sent.push({ ms: Number(this.ns / MS) - 7000, command });
    }
    return this;
  }
}

const AT_REST = twist(0);

describe("a standby", () => {
  test("waits, and sends nothing, until it has heard a guard", () => {
    const bench = new Bench().run(1000, undefined);
    expect(bench.standby.mode).toBe("waiting");
    expect(bench.sent).toEqual([]);
    expect(bench.standby.deadlineNs).toBeUndefined();
  });

  test("sends nothing while the guard commands", () => {
    const bench = new Bench().run(2000, twist(0.6, 1));
    expect(bench.standby.mode).toBe("watching");
    expect(bench.sent).toEqual([]);
  });

  test("brakes within 60 ms of the last command, along its arc, slower with each command, to zero", () => {
    const bench = new Bench().run(200, twist(0.6, 1)).run(400, undefined);
    expect(bench.standby.mode).toBe("braking");
    expect(bench.sent[0]!.ms - 180).toBeLessThanOrEqual(60);
    const values = bench.sent.map(({ command }) => valuesOf(command));
    for (const [i, [v, , w]] of values.entries()) {
      expect(v).toBeLessThan(i === 0 ? 0.6 : values[i - 1]![0]! || 1e-9);
      if (v! > 0) expect(w! / v!).toBeCloseTo(1 / 0.6, 9);
    }
    // 0.6 m/s at 6 m/s²: 0.1 s from the guard's last command on.
    expect(bench.sent.find(({ command }) => valuesOf(command).every((value) => value === 0))!.ms - 180).toBeLessThanOrEqual(110);
    expect(valuesOf(bench.sent.at(-1)!.command)).toEqual([0, 0, 0]);
  });

  test("goes on until the guard has commanded rest without a gap for half a second", () => {
    const bench = new Bench().run(200, twist(0.6)).run(400, undefined).run(1000, twist(0.6));
    expect(bench.standby.mode).toBe("braking");
    bench.run(100, AT_REST);
    expect(bench.standby.mode).toBe("watching");
    const again = new Bench().run(200, twist(0.6)).run(400, undefined).run(400, AT_REST);
    expect(again.standby.mode).toBe("braking");
    again.run(80, undefined).run(400, AT_REST);
    expect(again.standby.mode).toBe("braking");
    again.run(200, AT_REST);
    expect(again.standby.mode).toBe("watching");
    expect(again.standby.takeovers).toBe(1);
  });

  test("brakes at an emergency stop that the guard does not obey, after the time that the guard's own stop takes", () => {
    const bench = new Bench().run(200, twist(0.6));
    bench.standby.onEmergencyStop(true, bench.ns);
    bench.run(300, twist(0.6));
    expect(bench.standby.mode).toBe("watching");
    bench.run(100, twist(0.6));
    expect(bench.standby.mode).toBe("braking");
    const obeyed = new Bench().run(200, twist(0.6));
    obeyed.standby.onEmergencyStop(true, obeyed.ns);
    obeyed.run(100, twist(0.3)).run(1000, AT_REST);
    expect(obeyed.standby.mode).toBe("watching");
  });

  test.each([
    ["not finite", twist(Number.NaN, 1)],
    ["of another kind of robot", { kind: "joint-velocities", velocitiesRps: [1, 1] } as const],
  ])("brakes from zero when the last command was %s", (_, command) => {
    const bench = new Bench().run(100, command).run(200, undefined);
    expect(bench.sent.length).toBeGreaterThan(5);
    for (const { command: sent } of bench.sent) expect(valuesOf(sent)).toEqual([0, 0, 0]);
  });

  test("brakes from the robot's limits when somebody commands more in the guard's name", () => {
    const bench = new Bench().run(100, twist(50, 10)).run(200, undefined);
    expect(valuesOf(bench.sent[0]!.command)[0]).toBeLessThan(0.6);
  });

  test("brakes arms", () => {
    const standby = new Standby(ARM);
    const velocitiesRps = ARM.joints.map((_, i) => (i % 2 === 0 ? 0.5 : -0.25));
    standby.onGuard({ kind: "joint-velocities", velocitiesRps }, 0n);
    expect(standby.check(SILENCE_NS)).toBeUndefined();
    let before: readonly number[] = velocitiesRps;
    for (let ns = SILENCE_NS + MS; ns < 2000n * MS; ns += 20n * MS) {
      const now = valuesOf(standby.check(ns)!);
      for (const [i, value] of now.entries()) expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(before[i]!));
      before = [...now];
    }
    expect(before.every((value) => value === 0)).toBe(true);
  });
});
