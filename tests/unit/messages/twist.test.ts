import { describe, expect, it } from "vitest";
import { twistFromCommand } from "../../../src/messages/twist.js";
import { codeOf } from "./code-of.js";

describe("commands", () => {
  it("that aren't finite are never made into a message", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(codeOf(() => twistFromCommand({ kind: "twist", vxMps: bad, vyMps: 0, yawRateRps: 0 }))).toBe("RH-COMMAND-NAN");
      expect(codeOf(() => twistFromCommand({ kind: "twist", vxMps: 0, vyMps: bad, yawRateRps: 0 }))).toBe("RH-COMMAND-NAN");
      expect(codeOf(() => twistFromCommand({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: bad }))).toBe("RH-COMMAND-NAN");
    }
  });
});
