import { expect, test } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { createPlanner, PLANNER_NAMES } from "../../../src/planner/index.js";

test("an unknown planner is refused with the names of those there are", () => {
  for (const name of ["cern", "toString", "__proto__"]) {
    try {
      createPlanner(name as "cem");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RehearseError);
      expect((error as RehearseError).code).toBe("RH-PLANNER-NAME");
      for (const known of PLANNER_NAMES) expect((error as RehearseError).fix).toContain(known);
    }
  }
});
