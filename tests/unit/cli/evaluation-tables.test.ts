import { expect, it } from "vitest";
import { overviewTable } from "../../../src/cli/evaluation-tables.js";
import type { WorldReport } from "../../../src/evaluation/index.js";

const planMs = { p50: 5.21, p99: 20 };
const common = { seed: 0, over: "in-process", model: "base", episodes: 100, planMs, timeToGoalS: 3.42 } as const;

it("shows a world a row, each beside chance, in the terms of its kind", () => {
  const navigation = {
    ...common,
    kind: "navigation",
    world: "wall",
    goal: "image",
    success: 1,
    successInterval: [0.96, 1],
    strict: 0.9,
    strictInterval: [0.83, 0.94],
    collisions: 2,
    drivers: { random: { success: 0.07 } },
  } as unknown as WorldReport;
  const task = {
    ...common,
    kind: "task",
    world: "rope",
    unit: "mm",
    success: 0.03,
    successInterval: [0.01, 0.08],
    strict: 0,
    strictInterval: [0, 0.04],
    startError: 63.6,
    finalError: 33.1,
    timeToGoalS: null,
    drivers: {},
  } as unknown as WorldReport;
  const [head, wall, rope] = overviewTable([navigation, task])
    .split("\n")
    .map((line) => line.trim().split(/\s{2,}/));
  expect(head?.[0]).toBe("world");
  expect(wall).toEqual(["wall", "place, by picture", "100 % (96 %–100 %)", "90 % (83 %–94 %)", "7 %", "2 touches", "3.4", "5.2 / 20.0"]);
  expect(rope).toEqual(["rope", "state, by picture", "3 % (1 %–8 %)", "0 % (0 %–4 %)", "–", "63.6 → 33.1 mm", "–", "5.2 / 20.0"]);
});
