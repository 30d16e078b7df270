import { describe, expect, it } from "vitest";
import { everyNs } from "../../../../src/ros/rcl/ticker.js";

const MS = 1_000_000n;

/** Runs a ticker until it has called `calls` times. */
function run(periodNs: bigint, calls: number, work: (call: number) => void = () => undefined) {
  const times: bigint[] = [];
  const missed: number[] = [];
  return new Promise<{ times: bigint[]; missed: number[]; statistics: ReturnType<ReturnType<typeof everyNs>["statistics"]> }>((resolve) => {
    const ticker = everyNs(periodNs, (nowNs, left) => {
      times.push(nowNs);
      missed.push(left);
      work(times.length);
      if (times.length < calls) return;
      ticker.stop();
      resolve({ times, missed, statistics: ticker.statistics() });
    });
  });
}

/** How late each call came on the grid of the period, with the calls left out taken as left out, in ms: below a period if the count is right. */
function lateness(startNs: bigint, periodNs: bigint, times: readonly bigint[], missed: readonly number[]): number[] {
  let slot = 0;
  return times.map((time, i) => {
    slot += 1 + missed[i]!;
    return Number(time - startNs - BigInt(slot) * periodNs) / 1e6;
  });
}

function block(ms: number): void {
  const until = process.hrtime.bigint() + BigInt(ms) * MS;
  while (process.hrtime.bigint() < until);
}

describe("a ticker", () => {
  it("never calls early, and doesn't drift", async () => {
    const startNs = process.hrtime.bigint();
    const { times, missed } = await run(10n * MS, 60);
    const late = lateness(startNs, 10n * MS, times, missed);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    // 30 calls later by 0.1 ms each would add up to 3 ms. On a busy machine some calls are late, but never all of them, so the least counts.
    expect(Math.min(...late.slice(30)) - Math.min(...late.slice(0, 30))).toBeLessThan(2);
  });

  it("is punctual when nothing holds it up, and tells how punctual it was", async () => {
    const startNs = process.hrtime.bigint();
    const { times, missed, statistics } = await run(20n * MS, 50);
    const all = lateness(startNs, 20n * MS, times, missed).sort((a, b) => a - b);
    // The ticker's own start is a little after `startNs`, on a busy machine more.
    const late = all.map((ms) => ms - all[0]!);
    // Of the calls that nothing held up: tests run beside others. A timer of Node's alone is good to a millisecond.
    expect(late[5]).toBeLessThan(0.5);
    expect(statistics.calls).toBe(50);
    // The histogram's buckets are 5 % wide; the least lateness is a few µs.
    expect(Math.abs(statistics.p50Us - late[24]! * 1000)).toBeLessThan(statistics.p50Us * 0.1 + 200);
    expect(Math.abs(statistics.maxUs - late[49]! * 1000)).toBeLessThan(200);
    expect(statistics.p50Us).toBeLessThanOrEqual(statistics.p99Us);
    expect(statistics.p99Us).toBeLessThanOrEqual(statistics.p999Us);
    expect(statistics.p999Us).toBeLessThanOrEqual(statistics.maxUs);
  });

  it("leaves out what it missed, counts it, and stays on its grid", async () => {
    const startNs = process.hrtime.bigint();
    const { times, missed, statistics } = await run(10n * MS, 6, (call) => {
      if (call === 3) block(34);
    });
    // The call after the third is due 10 ms later, comes 34 ms later: two periods late by then.
    expect(missed[3]).toBeGreaterThanOrEqual(2);
    expect(statistics.missed).toBe(missed.reduce((sum, n) => sum + n, 0));
    expect(statistics.maxUs).toBeGreaterThan(20_000);
    const late = lateness(startNs, 10n * MS, times, missed);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(10);
  });

  it("can be reset and stopped", async () => {
    let calls = 0;
    const ticker = everyNs(5n * MS, () => calls++);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls).toBeGreaterThan(0);
    ticker.reset();
    expect(ticker.statistics()).toEqual({ calls: 0, missed: 0, p50Us: 0, p99Us: 0, p999Us: 0, maxUs: 0 });
    ticker.stop();
    const then = calls;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls).toBe(then);
  });

  it("refuses a period that can't be", () => {
    expect(() => everyNs(0n, () => undefined)).toThrow(RangeError);
  });
});
