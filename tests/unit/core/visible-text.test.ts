import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RehearseError } from "../../../src/core/error.js";
import { excerpt, visible, visibleLine } from "../../../src/core/visible-text.js";

const anyText = fc.string({ unit: "binary", maxLength: 300 });
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them
const DANGEROUS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

describe("text from outside", () => {
  it.each([
    ["\u001b[2Jred", "\\u001b[2Jred"],
    ["a\r\nb\tc", "a\\u000d\\nb\\tc"],
    ["\u202egnp.exe", "\\u202egnp.exe"],
    ["größe 3 m/s²", "größe 3 m/s²"],
  ])("%j is printed as %j", (text, line) => {
    expect(visibleLine(text)).toBe(line);
    expect(excerpt(text)).toBe(line);
  });

  it("is cut after 80 characters, also where writing it out makes it longer", () => {
    expect(excerpt("x".repeat(80))).toBe("x".repeat(80));
    expect(excerpt("x".repeat(10_000_000))).toBe(`${"x".repeat(79)}…`);
    expect(excerpt("\u0007".repeat(80))).toHaveLength(80);
  });

  it("never has a control character or more than 80 characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(excerpt(text).length).toBeLessThanOrEqual(80);
        expect(excerpt(text)).not.toMatch(/\n|\t/);
        expect(excerpt(text)).not.toMatch(DANGEROUS);
        expect(visible(text)).not.toMatch(DANGEROUS);
      }),
    );
  });

  it("does nothing to a terminal as part of any error", () => {
    expect(new RehearseError("RH-FAULTS-START", "frame \u001b]0;title\u0007", "fix").describe()).toBe(
      "RH-FAULTS-START: frame \\u001b]0;title\\u0007 — fix",
    );
  });
});
