import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { createWorld, WORLD_NAMES } from "../../../src/worlds/index.js";

describe("createWorld", () => {
  it("builds every world it lists, with the options given", () => {
    expect(WORLD_NAMES).toContain("rooms");
    for (const name of WORLD_NAMES) {
      const world = createWorld(name, { seed: 1, cameraSizePx: 32, startNs: 5_000_000_000n });
      expect(world.stampNs).toBe(5_000_000_000n);
      expect(world.frame().width).toBe(32);
    }
  });

  it("names the known worlds when asked for another", () => {
    for (const name of ["maze", "toString", ""]) {
      let error: unknown;
      try {
        createWorld(name, { seed: 1 });
      } catch (e) {
        error = e;
      }
      expect(error).toBeInstanceOf(RehearseError);
      expect((error as RehearseError).code).toBe("RH-WORLD-UNKNOWN");
      expect((error as RehearseError).message).toContain(`"${name}"`);
      expect((error as RehearseError).fix).toContain("rooms");
    }
  });
});
