import { expect, it } from "vitest";
import { plot } from "../../../bench/planning/plot.js";
import { reportMarkdown, reportText } from "../../../bench/planning/report.js";
import { MEASURED } from "./measured.js";

it("writes tables whose rows are all as long as their heads", () => {
  const tables = reportMarkdown(MEASURED)
    .split("\n\n")
    .filter((part) => part.startsWith("|"))
    .map((part) => part.trim().split("\n"));
  expect(tables).toHaveLength(5);
  for (const rows of tables) {
    const columns = (row: string) => row.split("|").length;
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.every((row) => columns(row) === columns(rows[0]!))).toBe(true);
  }
});

it("says what was measured, the fastest plan first", () => {
  const text = reportText(MEASURED);
  expect(text).not.toMatch(/undefined|NaN|\[object/);
  expect(text).toContain("12.5 (12.5–12.5, 1) [80 %]");
  expect(text.indexOf("rehearse sampling, int8, 1 thread ")).toBeLessThan(text.indexOf("torch-cem, 1 thread  "));
  // At 30, 10 and 3 mm, and at what is aimed at.
  expect(text).toMatch(/torch-cem, 2 threads +200 +200 +200 +200/);
});

it("draws every planner, within the picture", () => {
  const svg = plot(MEASURED);
  for (const { series } of MEASURED.swept) expect(svg).toContain(`>${series}<`);
  expect(svg).toContain("a &lt;processor>");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  for (const [, x, y] of svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)) {
    expect(Number(x)).toBeLessThanOrEqual(860);
    expect(Number(y)).toBeLessThanOrEqual(520);
  }
});
