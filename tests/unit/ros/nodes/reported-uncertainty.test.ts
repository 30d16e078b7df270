import { describe, expect, it } from "vitest";
import { ReportedUncertainty } from "../../../../src/ros/nodes/reported-uncertainty.js";

describe("ReportedUncertainty", () => {
  it("lets neither name loosen what was reported under the other", () => {
    const joined = new ReportedUncertainty(() => {});
    expect(joined.report("present", { surprise: 9 })).toEqual({ surprise: 9, uncertainty: undefined });
    expect(joined.report("former", { surprise: 1, uncertainty: 3 })).toEqual({ surprise: 9, uncertainty: 3 });
    expect(joined.report("former", { surprise: 12 })).toEqual({ surprise: 12, uncertainty: 3 });
    expect(joined.report("present", { surprise: 1, uncertainty: 0 })).toEqual({ surprise: 12, uncertainty: 3 });
    expect(joined.report("former", { surprise: 2 })).toEqual({ surprise: 2, uncertainty: 3 });
  });

  it("takes NaN for the worst, under both names", () => {
    for (const [broken, sound] of [
      ["present", "former"],
      ["former", "present"],
    ] as const) {
      const joined = new ReportedUncertainty(() => {});
      joined.report(broken, { surprise: Number.NaN });
      expect(joined.report(sound, { surprise: 1 }).surprise).toBeNaN();
    }
  });

  it("warns once, and only of something that knows the former name alone", () => {
    let warnings = 0;
    const joined = new ReportedUncertainty(() => warnings++);
    for (let i = 0; i < 50; i++) for (const name of ["former", "present"] as const) joined.report(name, { surprise: 1 });
    expect(warnings).toBe(0);
    for (let i = 0; i < 50; i++) joined.report("former", { surprise: 1 });
    expect(warnings).toBe(1);
  });
});
