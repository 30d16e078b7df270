import { describe, expect, test } from "vitest";
import { clamp, wrapAngle } from "../../../src/math/angle.js";
import { tensor, values, zeros } from "../../../src/math/tensor.js";

const counted = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );

describe("tensor", () => {
  test("is row-major", () => {
    const t = counted(2, 3, 4);
    expect(t.get(1, 2, 3)).toBe(23);
    expect(t.get(1, 0, 2)).toBe(14);
    expect(zeros(2, 2).data).toEqual(new Float32Array(4));
  });

  test("refuses data that does not fill the shape", () => {
    expect(() => tensor(new Float32Array(5), [2, 3])).toThrow(RangeError);
  });
});

describe("values", () => {
  test("hands out the memory of a contiguous tensor, and of a contiguous part", () => {
    const t = counted(3, 4);
    expect(values(t)).toBe(t.data);
    expect(values(t.lo(1, 0))).toEqual(new Float32Array([4, 5, 6, 7, 8, 9, 10, 11]));
    expect(values(t.lo(1, 0)).buffer).toBe(t.data.buffer);
    expect(values(t.pick(2, null) as typeof t)).toEqual(new Float32Array([8, 9, 10, 11]));
  });

  test("packs what is not contiguous", () => {
    const t = counted(2, 3);
    expect(values(t.transpose(1, 0))).toEqual(new Float32Array([0, 3, 1, 4, 2, 5]));
    expect(values(t.lo(0, 1))).toEqual(new Float32Array([1, 2, 4, 5]));
    expect(values(t.step(1, -1))).toEqual(new Float32Array([2, 1, 0, 5, 4, 3]));
  });
});

describe("angles", () => {
  test.each([
    [0, 0],
    [Math.PI, -Math.PI],
    [-Math.PI, -Math.PI],
    [3 * Math.PI + 0.5, -Math.PI + 0.5],
    [-7, -7 + 2 * Math.PI],
  ])("wrapAngle(%d) is %d", (angle, expected) => {
    expect(wrapAngle(angle)).toBeCloseTo(expected, 12);
  });

  test("clamp keeps NaN, so that it can be seen", () => {
    expect([clamp(2, -1, 1), clamp(-2, -1, 1), clamp(0.5, -1, 1)]).toEqual([1, -1, 0.5]);
    expect(clamp(Number.NaN, -1, 1)).toBeNaN();
  });
});
