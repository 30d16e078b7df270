import { describe, expect, it } from "vitest";
import { messageFromYaml } from "../../../src/introspection/message-from-yaml.js";
import type { Field } from "../../../src/ros/clients/graph-client.js";

const plain = { pkgName: null, isPrimitiveType: true, isArray: false, isFixedSizeArray: false, arraySize: null };
const field = (name: string, type: string, more: Partial<Field["type"]> = {}, default_value: unknown = null): Field => ({
  name,
  type: { ...plain, type, ...more },
  default_value,
});
const TYPES: Readonly<Record<string, readonly Field[]>> = {
  "builtin_interfaces/msg/Time": [field("sec", "int32"), field("nanosec", "uint32")],
  "std_msgs/msg/Header": [field("stamp", "Time", { pkgName: "builtin_interfaces", isPrimitiveType: false }), field("frame_id", "string")],
  "demo/msg/Demo": [
    field("header", "Header", { pkgName: "std_msgs", isPrimitiveType: false }),
    field("w", "float64", {}, 1),
    field("on", "bool"),
    field("small", "uint8"),
    field("big", "int64"),
    field("three", "float64", { isArray: true, isFixedSizeArray: true, arraySize: 3 }),
    field("names", "string", { isArray: true }),
  ],
};
const make = (text: string) =>
  messageFromYaml(
    text,
    "demo/msg/Demo",
    TYPES["demo/msg/Demo"]!,
    (type) => TYPES[type]!,
    () => 12_000_000_034n,
  );
const DEFAULT = {
  header: { stamp: { sec: 0, nanosec: 0 }, frame_id: "" },
  w: 1,
  on: false,
  small: 0,
  big: 0n,
  three: [0, 0, 0],
  names: [],
};

describe("messageFromYaml", () => {
  it("gives what is left out its default", () => {
    expect(make("{}")).toEqual(DEFAULT);
    expect(make("")).toEqual(DEFAULT);
  });

  it("takes values of every kind, exactly", () => {
    expect(make("{w: .nan, on: true, small: 255, big: -9223372036854775808, three: [1, 2.5, .inf], names: [a, 'b']}")).toEqual({
      ...DEFAULT,
      w: Number.NaN,
      on: true,
      small: 255,
      big: -(2n ** 63n),
      three: [1, 2.5, Number.POSITIVE_INFINITY],
      names: ["a", "b"],
    });
  });

  it("takes auto for a header, and now for a time", () => {
    const stamp = { sec: 12, nanosec: 34 };
    expect(make("{header: auto}")).toMatchObject({ header: { stamp, frame_id: "" } });
    expect(make("{header: {stamp: now, frame_id: odom}}")).toMatchObject({ header: { stamp, frame_id: "odom" } });
  });

  it.each([
    ["{speed: 1}", "demo/msg/Demo has no field speed"],
    ["{header: {stamp: {secs: 1}}}", "header.stamp: builtin_interfaces/msg/Time has no field secs"],
    ["{small: 256}", "small: 256 is no uint8: 0 to 255"],
    ["{small: 1.5}", "small: 1.5 is no whole number"],
    ["{on: 1}", "on: 1 is neither true nor false"],
    ["{w: fast}", 'w: "fast" is no number'],
    ["{three: [1, 2]}", "three: 2 elements, where there must be 3"],
    ["{names: [1]}", "names[0]: 1 is no text"],
    ["{names: a}", 'names: "a" is no list'],
    ["3", "3 is no demo/msg/Demo"],
    ["{__proto__: {w: 2}}", "demo/msg/Demo has no field __proto__"],
  ])("refuses %s, and names the field", (text, message) => {
    expect(() => make(text)).toThrow(expect.objectContaining({ code: "RH-ROS-MESSAGE", message: expect.stringContaining(message) }));
  });
});
