import { describe, expect, it } from "vitest";
import { CONTROLLER_PARAMETERS } from "../../../src/config/controller-parameters.js";
import { checkParameter, type Parameter, resolveParameters } from "../../../src/config/parameters.js";

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("parameters", () => {
  it.each([
    [{ control_rate_hz: 101 }, "RH-PARAM-RANGE"],
    [{ control_rate_hz: Number.NaN }, "RH-PARAM-TYPE"],
    [{ control_rate_hz: "20" }, "RH-PARAM-TYPE"],
    [{ samples: 12.5 }, "RH-PARAM-TYPE"],
    [{ sample: 12 }, "RH-PARAM-UNKNOWN"],
    [{ model: 3 }, "RH-PARAM-TYPE"],
  ])("%j is refused with %s", (overrides, code) => {
    expect(codeOf(() => resolveParameters(CONTROLLER_PARAMETERS, overrides, "a test"))).toBe(code);
  });

  it("every default keeps its own range", () => {
    for (const [name, parameter] of Object.entries(CONTROLLER_PARAMETERS))
      expect(checkParameter(name, parameter as Parameter, parameter.default, "the table")).toBe(parameter.default);
  });

  it("overlays what is given and freezes the result", () => {
    const values = resolveParameters(CONTROLLER_PARAMETERS, { samples: 64 }, "a test");
    expect(values.samples).toBe(64);
    expect(values.control_rate_hz).toBe(20);
    expect(Object.isFrozen(values)).toBe(true);
  });

  it("no parameter is a limit of the robot", () => {
    expect(Object.keys(CONTROLLER_PARAMETERS).filter((name) => /speed|accel|decel|clearance|keep_out|guard/.test(name))).toEqual([]);
  });
});
