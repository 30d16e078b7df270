import { expect, test } from "vitest";
import { planningTime } from "../../../src/evaluation/planning-time.js";

test("says how many plans took longer than their budget, and how far they got", () => {
  const planMs = [10, 20, 30, 50, 60];
  expect(planningTime(planMs, [1, 6, 6, 6, 6], 0.045)).toEqual({
    planMs: { p50: 30, p99: expect.closeTo(59.6, 6) },
    plansOverBudget: 0.4,
    iterations: { p10: 3, p50: 6 },
  });
});

test("says that there were no plans", () => {
  expect(planningTime([], [], 0.045)).toEqual({
    planMs: { p50: null, p99: null },
    plansOverBudget: null,
    iterations: { p10: null, p50: null },
  });
});
