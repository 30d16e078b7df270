import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { messageFromScan, scanFromMessage } from "../../../src/messages/laser-scan.js";

/** The guide's table of what drivers publish is what is tested: every `value → meaning` in it. */
const GUIDE = readFileSync("docs/guides/guard-in-front-of-nav2.md", "utf8");
const SECTION = GUIDE.split("## What range finders publish")[1]!.split("\n## ")[0]!;
const LIMITS = /\| (\d+\.\d+) to (\d+\.\d+|inf) \|/;

const said = (text: string) => Number(text.replace("inf", "Infinity"));

const ROWS = SECTION.split("\n").flatMap((line) => {
  const [, min, max] = LIMITS.exec(line) ?? [];
  if (min === undefined || max === undefined) return [];
  const driver = line.split("|")[1]!.trim();
  const values = [...line.matchAll(/`(-?inf|NaN|[\d.]+)` → (\w+)/g)];
  return values.map(([, value, meaning]) => ({ driver, min: said(min), max: said(max), value: value!, meaning: meaning! }));
});

function meaningOf(range: number): string {
  if (Number.isNaN(range)) return "unknown";
  return range === Number.POSITIVE_INFINITY ? "free" : "obstacle";
}

describe("what range finders publish", () => {
  test("is told of every driver in the table: nothing there, too near, failed", () => {
    expect(new Set(ROWS.map(({ driver }) => driver)).size).toBe(10);
    expect(ROWS.length).toBeGreaterThanOrEqual(3 * 10);
  });

  test.each(ROWS)("$driver: $value is $meaning", ({ min, max, value, meaning }) => {
    const one = { stampNs: 0n, angleMinRad: 0, angleIncrementRad: 0.01, rangeMinM: min, rangeMaxM: max, rangesM: new Float32Array(3) };
    const message = { ...messageFromScan(one, "scan"), ranges: Float32Array.of(1, said(value), 1) };
    expect([...scanFromMessage(message).rangesM].map(meaningOf)).toEqual(["obstacle", meaning, "obstacle"]);
  });

  test("with another number of beams in every scan", () => {
    for (const beams of [359, 360, 361, 1079]) {
      const rangesM = new Float32Array(beams).fill(1);
      const one = { stampNs: 0n, angleMinRad: 0, angleIncrementRad: (2 * Math.PI) / beams, rangeMinM: 0.15, rangeMaxM: 12, rangesM };
      expect(scanFromMessage(messageFromScan(one, "scan")).rangesM).toHaveLength(beams);
    }
  });
});
