import { beforeEach, describe, expect, test } from "vitest";
import { StandbyAlly } from "../../../../src/ros/nodes/standby-ally.js";
import type { Endpoints } from "../../../../src/ros/rcl/endpoints.js";
import { MS, twist } from "../../guardrails/robot.js";

const TICK = 20n * MS;

describe("the guard's view of its standby", () => {
  let ns = 0n;
  let say: () => void = () => {};
  let ally: StandbyAlly;

  beforeEach(() => {
    ns = 1_000_000_000n;
    const endpoints = { subscribe: (...args: unknown[]) => (say = args[3] as () => void) };
    ally = new StandbyAlly(endpoints as unknown as Endpoints, () => ns);
  });

  /** The guard's ticks. @returns the hold of the last one */
  const drive = (ticks: number, speedMps: number) => {
    let hold: ReturnType<StandbyAlly["hold"]>;
    for (let i = 0; i < ticks; i++) {
      ns += TICK;
      hold = ally.hold(ns, TICK);
      ally.onOwn(twist(hold ? 0 : speedMps), ns);
    }
    return hold;
  };

  test("is none, then there, then gone", () => {
    expect(ally.describe(ns)).toBe("none");
    expect(ally.isLost(ns)).toBe(false);
    say();
    expect(ally.describe(ns)).toBe("watches");
    ns += 1_100_000_000n;
    expect(ally.describe(ns)).toBe("gone");
    expect(ally.isLost(ns)).toBe(true);
  });

  test("a guard that was held up stops from there to rest, where there is a standby", () => {
    drive(3, 0.5);
    expect(ally.hold(ns + 80n * MS, 80n * MS)).toBeUndefined();
    say();
    expect(ally.hold(ns + 80n * MS, 80n * MS)).toMatchObject({ id: "guard.late", value: 0.08, limit: 0.05 });
    ally.onOwn(twist(0.2), ns);
    expect(ally.hold(ns, TICK)).toMatchObject({ id: "guard.late" });
    ally.onOwn(twist(0), ns);
    expect(ally.hold(ns, TICK)).toBeUndefined();
  });

  test("braking from what the guard sent is allowed, and holds the guard until 0.2 s after it", () => {
    drive(5, 0.5);
    for (const speedMps of [0.4, 0.2, 0, 0, 0]) {
      ns += TICK;
      expect(ally.onCommand(twist(speedMps))).toBe(true);
    }
    expect(drive(8, 0.5)).toMatchObject({ id: "guard.overruled" });
    expect(drive(4, 0.5)).toBeUndefined();
  });

  test.each([
    ["faster than what the guard sent", [0.6]],
    ["the other direction", [-0.1]],
    ["faster than the one before", [0.2, 0.3]],
    ["no number", [Number.NaN]],
  ])("%s is no braking", (_, speeds) => {
    drive(5, 0.5);
    const answers = speeds.map((speedMps) => {
      ns += TICK;
      return ally.onCommand(twist(speedMps));
    });
    expect(answers.at(-1)).toBe(false);
  });

  test("motion that does not end is no braking", () => {
    drive(5, 0.5);
    const answers = Array.from({ length: 30 }, () => {
      ns += TICK;
      return ally.onCommand(twist(0.5));
    });
    expect(answers[0]).toBe(true);
    expect(answers.at(-1)).toBe(false);
  });
});
