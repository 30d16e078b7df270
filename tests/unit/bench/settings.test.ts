import { describe, expect, it } from "vitest";
import { RESEARCH, seriesOf } from "../../../bench/planning/settings.js";

const defaults = { planner: "cem", options: {}, iterations: 8 } as const;

describe.each([true, false])("the settings that are swept (quick: %s)", (quick) => {
  const { research, others } = seriesOf(quick, defaults);

  it("are all different, and each series has a name of its own", () => {
    const names = [research, ...others].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { settings } of others) expect(new Set(settings.map((s) => JSON.stringify(s))).size).toBe(settings.length);
  });

  it("hold what is published as it is", () => {
    expect(research.settings).toEqual([RESEARCH]);
    expect(RESEARCH).toEqual({ samples: 300, iterations: 30, elites: 30, std: 1 });
  });

  it("ask no planner for more elites than it has samples", () => {
    for (const one of others)
      if (one.by === "peer") for (const { samples, elites = 1 } of one.settings) expect(elites).toBeLessThan(samples);
  });
});
