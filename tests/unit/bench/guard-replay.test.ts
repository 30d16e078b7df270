import { describe, expect, it } from "vitest";
import { BOUNDS, isWithin, measure } from "../../../bench/guard-replay/measures.js";
import { discBefore, scenarioOf } from "../../../bench/guard-replay/scenario.js";
import { scanWithDisc } from "../../../src/worlds/scan-with-disc.js";

const window = { drivesS: 1, appearsS: 4, leavesS: 9, endS: 11 };
/** Commands 50 times a second. */
const commands = (mps: (atS: number) => number) => Array.from({ length: 550 }, (_, i) => ({ atS: i / 50, mps: mps(i / 50) }));

describe("a measure of stopping and going on", () => {
  it("counts from the appearance to the third command that stops, and from the leaving to the third that drives", () => {
    const measured = measure(
      commands((atS) => (atS >= 4.1 && atS < 9.2 ? 0 : 0.3)),
      window,
    );
    expect(measured.stopS).toBeCloseTo(0.14, 9);
    expect(measured.resumeS).toBeCloseTo(0.24, 9);
    expect(measured.heldOnceStopped).toBe(1);
    // Five of the 251 commands came before the stop.
    expect(measured.held).toBeCloseTo(246 / 251, 9);
    expect(measured.falseStops).toBe(0);
    expect(isWithin(measured, BOUNDS.nav2)).toBe(true);
    expect(isWithin(measured, BOUNDS.ours)).toBe(true);
  });

  it("takes a short stop for none, and a creeping robot for one that drives", () => {
    const measured = measure(
      commands((atS) => (atS >= 4.1 && atS < 4.13 ? 0 : 0.03)),
      window,
    );
    expect(measured.stopS).toBe(Number.POSITIVE_INFINITY);
    expect(measured.heldOnceStopped).toBe(0);
    // Neither stopped nor driving.
    expect(measured.resumeS).toBe(Number.POSITIVE_INFINITY);
    expect(isWithin(measured, BOUNDS.nav2)).toBe(false);
  });

  it("counts stops while nothing is there, but not next to the window's ends", () => {
    const stops = commands((atS) => ((atS >= 2 && atS < 2.5) || (atS > 3.81 && atS < 9.19) ? 0 : 0.3));
    expect(measure(stops, window).falseStops).toBeCloseTo(25 / (141 + 90), 9);
    expect(isWithin(measure([], window), BOUNDS.nav2)).toBe(false);
  });
});

describe("a scenario", () => {
  const scenarios = Array.from({ length: 200 }, (_, i) => scenarioOf(50_000 + i));

  it("puts the thing where the scan sees it, as far ahead as it says", () => {
    for (const scenario of scenarios) {
      const { start, sidewaysM, radiusM, gapM } = scenario;
      const disc = discBefore(start, scenario);
      // The footprint's circle, moved ahead by the gap, touches it.
      const [xM, yM] = [start.xM + gapM * Math.cos(start.yawRad), start.yM + gapM * Math.sin(start.yawRad)];
      expect(Math.hypot(disc.xM - xM, disc.yM - yM)).toBeCloseTo(0.15 + radiusM, 9);
      const beam = { stampNs: 0n, angleMinRad: 0, angleIncrementRad: 1, rangeMinM: 0, rangeMaxM: 9, rangesM: Float32Array.of(9) };
      if (Math.abs(sidewaysM) < radiusM) expect(scanWithDisc(beam, start, disc).rangesM[0]).toBeLessThan(0.6);
    }
  });

  it("is another for another seed, and the same for the same", () => {
    expect(scenarioOf(50_000)).toEqual(scenarios[0]);
    expect(new Set(scenarios.map(({ mps }) => mps)).size).toBe(200);
    for (const { mps, appearsS, leavesS, proposedS } of scenarios) {
      expect(mps).toBeGreaterThan(0.1);
      expect(appearsS - proposedS).toBeGreaterThanOrEqual(3);
      expect(leavesS - appearsS).toBeGreaterThanOrEqual(5);
    }
  });
});
