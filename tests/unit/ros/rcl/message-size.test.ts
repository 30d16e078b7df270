import { describe, expect, it } from "vitest";
import { type MessageDefinition, messageSize } from "../../../../src/ros/rcl/message-size.js";

const field = (name: string, type: string, isArray = false, pkgName: string | null = null) => ({
  name,
  type: { pkgName, type, isArray, isPrimitiveType: pkgName === null },
});
const HEADER: MessageDefinition = { fields: [field("sec", "int32"), field("frame_id", "string")] };
const SCAN: MessageDefinition = { fields: [field("header", "Header", false, "std_msgs"), field("ranges", "float32", true)] };
const LIST: MessageDefinition = { fields: [field("items", "Header", true, "std_msgs")] };
const NAMES: MessageDefinition = { fields: [field("names", "string", true)] };
const FIXED: MessageDefinition = { fields: [field("covariance", "float64", true)] };

const header = (length: number) => ({ sec: 1, frame_id: { size: length } });
/** As the middleware has it: whether it is read is written down. */
const sequence = (items: readonly unknown[]) => ({ size: items.length, data: Object.assign([...items], { length: items.length }) });
const sizeOf = (definition: MessageDefinition, message: object, limit = 1e6) =>
  messageSize(definition, message as never, limit, () => HEADER);

describe("the size of a message that was not read yet", () => {
  it("counts elements and characters, also of parts", () => {
    expect(sizeOf(SCAN, { header: header(5), ranges: { size: 360 } })).toBe(1 + 5 + 360);
  });

  it("counts texts in arrays by their characters, and each element", () => {
    expect(sizeOf(NAMES, { names: sequence([{ size: 3 }, { size: 4 }]) })).toBe(2 * 16 + 7);
  });

  it("counts messages in arrays with their parts", () => {
    expect(sizeOf(LIST, { items: sequence([header(2), header(3)]) })).toBe(2 * 16 + 2 * 1 + 5);
  });

  it("counts nothing for arrays of a fixed length, which can't grow", () => {
    expect(sizeOf(FIXED, { covariance: new Array(36) })).toBe(0);
  });

  it("reads no element of an array that is too long by its length alone, and stops at the first that is", () => {
    const unread = {
      size: 1_000_000,
      get data(): never {
        throw new Error("read");
      },
    };
    const looked: number[] = [];
    const items = Array.from({ length: 5 }, (_, i) => ({
      get size() {
        looked.push(i);
        return 1000;
      },
    }));
    expect(sizeOf(NAMES, { names: sequence(items) }, 1500)).toBeGreaterThan(1500);
    expect(looked).toEqual([0, 1]);
    expect(sizeOf(NAMES, { names: unread }, 100)).toBeGreaterThan(100);
  });
});
