import { describe, expect, it } from "vitest";
import { Rate } from "../../../src/introspection/rate.js";

describe("Rate", () => {
  it("gives rate, gaps and size of the newest messages, and says when none are new", () => {
    const rate = new Rate(3);
    expect(rate.text(0n)).toBe("nothing has arrived yet");
    rate.add(0n, 100);
    expect(rate.text(0n)).toBe("one message, 100 B");
    for (const atMs of [1000, 1100, 1300]) rate.add(BigInt(atMs) * 1_000_000n, 2000);
    expect(rate.text(1_300_000_000n)).toBe(
      "average rate: 6.667 Hz  min: 0.100 s  max: 0.200 s  std dev: 0.05000 s  window: 3  message: 2.0 kB  13.3 kB/s",
    );
    expect(rate.text(3_300_000_000n)).toBe("no new messages for 2.0 s");
  });
});
