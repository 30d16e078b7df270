import { describe, expect, it } from "vitest";
import { Rests } from "../../../../src/ros/rcl/rests.js";

const MS = 1_000_000n;

describe("the rests of a subscription", () => {
  it("last ten times as long as what was refused has taken, for that subscription alone", () => {
    const rests = new Rests();
    const [hostile, other] = [{}, {}];
    expect(rests.isResting(hostile, 0n)).toBe(false);
    rests.rest(hostile, 0n, 8n * MS);
    expect(rests.isResting(hostile, 80n * MS - 1n)).toBe(true);
    expect(rests.isResting(other, 1n)).toBe(false);
    expect(rests.isResting(hostile, 80n * MS)).toBe(false);
    expect(rests.count).toBe(1);
  });

  it("end after a quarter of a second, however long it took", () => {
    const rests = new Rests();
    rests.rest("place", 0n, 5000n * MS);
    expect(rests.isResting("place", 250n * MS - 1n)).toBe(true);
    expect(rests.isResting("place", 250n * MS)).toBe(false);
  });

  it.each([1n, 8n, 24n])("leave a flood of messages that take %d ms each a tenth of the time at most", (tookMs) => {
    const rests = new Rests();
    let spentNs = 0n;
    let nowNs = 0n;
    while (nowNs < 60_000n * MS) {
      if (!rests.isResting("flooded", nowNs)) {
        nowNs += tookMs * MS;
        spentNs += tookMs * MS;
        rests.rest("flooded", nowNs, tookMs * MS);
      }
      nowNs += MS / 2n;
    }
    expect(Number(spentNs) / Number(nowNs)).toBeLessThanOrEqual(0.1);
  });
});
