import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";

const names = readdirSync("examples").filter((file) => file.endsWith(".ts"));
const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});

it.each(names)("%s is at most 60 lines, and imports nothing but the package", (name) => {
  const text = readFileSync(`examples/${name}`, "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => specifier);
  expect(new Set(imported)).toEqual(new Set(["rehearse"]));
});

it("has a test here for each example", () => {
  const text = readFileSync("tests/unit/examples.test.ts", "utf8");
  expect(names.filter((name) => !text.includes(`examples/${name.replace(".ts", ".js")}`))).toEqual([]);
});

it("smallest-loop plans and drives", async () => {
  vi.stubEnv("REHEARSE_MODEL", "tests/fixtures/tiny-model");
  vi.stubEnv("REHEARSE_SECONDS", "2");
  const { modes, collisions } = await import("../../examples/smallest-loop.js");
  // The fixture's weights are random: it plans, but knows no way.
  expect(modes.slice(0, 2)).toEqual(["planning", "tracking"]);
  expect(collisions).toBe(0);
  expect(printed.join("\n")).toMatch(/m to go, gate: (pass|limited|stop)/);
});

it("custom-cost gives the planner other ways to prefer", async () => {
  const { plain, gentle, north } = await import("../../examples/custom-cost.js");
  expect(plain.xM).toBeGreaterThan(-0.8);
  expect(gentle.xM).toBeLessThan(plain.xM - 0.1);
  expect(north.yM).toBeGreaterThan(plain.yM + 0.1);
});

it("custom-guardrail is kept by the gate", async () => {
  const { drive } = await import("../../examples/custom-guardrail.js");
  const inside = drive.filter(({ xM }) => Math.abs(xM + 1) < 0.4);
  expect(inside.length).toBeGreaterThan(20);
  expect(Math.max(...inside.map(({ vxMps }) => vxMps))).toBeLessThanOrEqual(0.2 + 1e-9);
  expect(Math.max(...drive.map(({ vxMps }) => vxMps))).toBeGreaterThan(0.4);
  expect(drive.some(({ because }) => because.includes("slow-zone"))).toBe(true);
});

it("custom-planner finds the known answer", async () => {
  const { costs } = await import("../../examples/custom-planner.js");
  expect(costs).toHaveLength(2);
  for (const cost of costs) expect(cost).toBeLessThan(1e-2);
});

it("custom-world is driven at its wall, and the guard stops the robot before it", async () => {
  const { corridor } = await import("../../examples/custom-world.js");
  expect(corridor.collisions).toBe(0);
  const { odomFromBase, twistInBase } = corridor.odometry();
  expect(odomFromBase.xM).toBeGreaterThan(1.6);
  expect(odomFromBase.xM).toBeLessThan(1.85);
  expect(Math.abs(twistInBase.vxMps)).toBeLessThan(0.02);
});
