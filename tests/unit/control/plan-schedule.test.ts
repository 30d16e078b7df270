import { describe, expect, it } from "vitest";
import { PlanSchedule } from "../../../src/control/plan-schedule.js";

const MS = 1_000_000n;
const PERIOD = 90n * MS;

describe("PlanSchedule", () => {
  it("asks at once, then not before a period is over, nor twice of one frame", () => {
    const schedule = new PlanSchedule();
    expect(schedule.isDue(10n, 0n, PERIOD)).toBe(true);
    expect(schedule.begin(10n, 0n)).toBe(0);
    schedule.end();
    expect(schedule.isDue(20n, PERIOD - 1n, PERIOD)).toBe(false);
    expect(schedule.isDue(10n, PERIOD, PERIOD)).toBe(false);
    expect(schedule.isDue(20n, PERIOD, PERIOD)).toBe(true);
    expect(schedule.begin(20n, PERIOD)).toBe(1);
  });

  it("asks for one plan at a time", () => {
    const schedule = new PlanSchedule();
    schedule.begin(10n, 0n);
    expect(schedule.isDue(20n, 1000n * MS, PERIOD)).toBe(false);
    schedule.end();
    expect(schedule.isDue(20n, 1000n * MS, PERIOD)).toBe(true);
  });

  it("takes a planner for hung that has been silent for more than three seconds, and gives it a period after it was started anew", () => {
    const schedule = new PlanSchedule();
    expect(schedule.isHung(9000n * MS)).toBe(false);
    schedule.begin(10n, 1000n * MS);
    expect(schedule.isHung(4000n * MS)).toBe(false);
    expect(schedule.isHung(4001n * MS)).toBe(true);
    schedule.restart(5000n * MS);
    expect(schedule.isHung(9000n * MS)).toBe(false);
    expect(schedule.isDue(20n, 5000n * MS + PERIOD - 1n, PERIOD)).toBe(false);
    expect(schedule.isDue(20n, 5000n * MS + PERIOD, PERIOD)).toBe(true);
  });

  it("plans from the same frame again for another goal", () => {
    const schedule = new PlanSchedule();
    schedule.begin(10n, 0n);
    schedule.end();
    schedule.forgetFrame();
    expect(schedule.isDue(10n, PERIOD, PERIOD)).toBe(true);
  });
});
