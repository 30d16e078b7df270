import fc from "fast-check";
import { expect, it, test } from "vitest";
import { cleanRanges } from "../../../src/messages/ranges.js";

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

test.each([
  // [what it is, range, range_min, range_max, what the beam says]
  ["within the limits", 2, 0.125, 8, 2],
  ["at the near limit", 0.125, 0.125, 8, 0.125],
  ["at the far limit", 8, 0.125, 8, 8],
  ["nothing within reach", inf, 0.125, 8, inf],
  ["too close to measure", -inf, 0.125, 8, -inf],
  ["too close to measure, without a near limit", -inf, 0, 8, -inf],
  ["no measurement", nan, 0.125, 8, nan],
  ["nearer than the near limit", 0.0625, 0.125, 8, 0.0625],
  ["a beam that came to nothing, filled with 0", 0, 0.125, 8, nan],
  ["the same where the near limit is 0 too", 0, 0, 8, nan],
  ["the same with a negative zero", -0, 0, 8, nan],
  ["a code of an error, in the scanner's own housing", 0.007, 0.125, 8, nan],
  ["a negative filling", -1, 0, 8, nan],
  ["range_max + 1 for nothing", 9, 0.125, 8, nan],
  ["the largest float for nothing", 3.4028234663852886e38, 0.125, 8, nan],
])("%s", (_, range, _minM, maxM, says) => {
  expect(cleanRanges([range], maxM)[0]).toBe(says);
});

it("is idempotent: what was cleaned stays as it is", () => {
  fc.assert(
    fc.property(fc.float32Array(), (ranges) => {
      const once = cleanRanges(ranges, 8);
      expect(cleanRanges(once, 8)).toEqual(once);
    }),
  );
});
