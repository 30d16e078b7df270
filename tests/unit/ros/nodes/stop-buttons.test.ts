import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopButtons } from "../../../../src/ros/nodes/stop-buttons.js";

describe("buttons of the emergency stop", () => {
  it("are pressed while any one is, and each releases itself alone", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean()), { maxLength: 30 }), (messages) => {
        const buttons = new StopButtons();
        const last = new Map<string, boolean>();
        for (const [i, [gid, pressed]] of messages.entries()) {
          buttons.hear(gid, BigInt(i), pressed);
          last.set(gid, pressed);
        }
        expect([...buttons.held].sort()).toEqual(
          [...last]
            .filter(([, pressed]) => pressed)
            .map(([gid]) => gid)
            .sort(),
        );
      }),
    );
  });

  it("hear a press whatever its stamp: the publisher's clock may have been set back", () => {
    const buttons = new StopButtons();
    buttons.hear("a", 100n, true);
    buttons.hear("a", 200n, false);
    buttons.hear("a", 50n, true);
    expect(buttons.pressed).toBe(true);
  });

  it("take a late copy of a press for no new one, and a late release for none", () => {
    const buttons = new StopButtons();
    buttons.hear("a", 100n, true);
    buttons.hear("a", 200n, false);
    buttons.hear("a", 100n, true);
    expect(buttons.pressed).toBe(false);
    buttons.hear("a", 300n, true);
    buttons.hear("a", 200n, false);
    expect(buttons.pressed).toBe(true);
  });

  it("stay pressed when they vanish, until that is acknowledged", () => {
    const buttons = new StopButtons();
    buttons.restore(["gone"]);
    buttons.hear("here", 1n, true);
    expect(buttons.acknowledge(new Set(["here"]))).toBe(true);
    expect(buttons.held).toEqual(["here"]);
    expect(buttons.acknowledge(new Set(["here"]))).toBe(false);
  });

  it("are remembered by the hundred at most, and a press beyond that counts", () => {
    const buttons = new StopButtons();
    for (let i = 0; i < 1000; i++) buttons.hear(`x${i}`, 1n, true);
    expect(buttons.held.length).toBeLessThanOrEqual(257);
    for (let i = 0; i < 256; i++) buttons.hear(`x${i}`, 2n, false);
    expect(buttons.pressed).toBe(true);
    buttons.hear("late", 1n, true);
    expect(buttons.held).toContain("late");
  });
});
