import { expect, it } from "vitest";
import { diagnosticStatus, worstLevel } from "../../../src/messages/diagnostics.js";

it("diagnostics write numbers for people", () => {
  const status = diagnosticStatus("rehearse: x", "", {
    level: "warn",
    message: "m",
    values: { a: 0.1 + 0.2, b: 7, c: true, d: undefined },
  });
  expect(status.level).toBe(1);
  expect(status.values.map(({ value }) => value)).toEqual(["0.3", "7", "true", "none"]);
  expect(worstLevel("ok", "error", "warn")).toBe("error");
  expect(worstLevel()).toBe("ok");
});
