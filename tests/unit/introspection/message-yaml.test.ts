import { describe, expect, it } from "vitest";
import { messageJson, messageYaml, partOf } from "../../../src/introspection/message-yaml.js";

const MESSAGE = { header: { frame_id: "odom" }, ranges: new Float32Array([0.5, Number.POSITIVE_INFINITY, Number.NaN]), id: 2n ** 60n };

describe("messageYaml", () => {
  it("writes fields in their order, numbers in a row", () => {
    expect(messageYaml(MESSAGE)).toBe("header:\n  frame_id: odom\nranges: [0.5, .inf, .nan]\nid: 1152921504606846976\n");
  });

  it("cuts long arrays and texts, unless all is wanted", () => {
    const long = { data: Array.from({ length: 200 }, () => 1), text: "x".repeat(300) };
    expect(messageYaml(long)).toBe(`data: [${"1, ".repeat(128)}...]\ntext: ${"x".repeat(128)}...\n`);
    expect(messageYaml(long, { full: true })).toContain("x".repeat(300));
  });
});

describe("messageJson", () => {
  it("has no number that JSON cannot have", () => {
    expect(JSON.parse(messageJson(MESSAGE))).toEqual({
      header: { frame_id: "odom" },
      ranges: [0.5, "Infinity", "NaN"],
      id: "1152921504606846976",
    });
  });
});

describe("partOf", () => {
  it("finds parts by their path, and nothing else", () => {
    expect(partOf(MESSAGE, "header.frame_id")).toBe("odom");
    expect(partOf(MESSAGE, "ranges[0]")).toBe(0.5);
    expect(partOf(MESSAGE, "ranges[3]")).toBeUndefined();
    expect(partOf(MESSAGE, "header.constructor")).toBeUndefined();
  });
});
