import type { Spread } from "../../../bench/planning/choose.js";
import { goalsOf, SAME_CEM, WHOLE } from "../../../bench/planning/goals.js";
import type { Compared, Measured } from "../../../bench/planning/measure.js";

/** Regret of CEM as published. */
const TARGET = 0.002;

const exactly = (median: number): Spread => ({ n: 1, p10: median, median, p90: median });

const plan = (name: string, ms: number, more: Partial<Compared> = {}): Compared => ({
  name,
  ours: name.startsWith("rehearse"),
  settings: { samples: 64 },
  iterations: 1,
  level: TARGET,
  times: [ms, ms],
  ms: exactly(ms),
  regret: { ...exactly(0), mean: 0 },
  breaks: 0,
  ...more,
});

const asItIs = (name: string, ms: number, more: Partial<Compared> = {}): Compared => {
  const { level: _, ...rest } = plan(name, ms, more);
  return rest;
};

const fastest = (gflops: number) => ({ library: "torch", gflops, of: {} });

// 1 MFLOP a sample and step, 10 steps, 100 samples: 1 GFLOP, so 10 ms at 100 GFLOP/s.
const findings = {
  target: TARGET,
  flops: 1e6,
  horizon: 10,
  floors: [
    { threads: 1, large: fastest(50), own: { 100: fastest(40) } },
    { threads: 2, large: fastest(80), own: { 100: fastest(100) } },
  ],
  equalWork: [
    {
      samples: 100,
      times: { "float32 1": exactly(25), "float32 2": exactly(12.5), "torch 1": exactly(30), "torch 2": exactly(10) },
    },
  ],
  compared: [
    asItIs("torch-cem as published, 2 threads", 400),
    plan("torch-cem, 2 threads", 200),
    plan("torch-cem, 1 thread", 120),
    plan("pytorch-mppi, 2 threads", 90, { level: 0.03 }),
    plan("rehearse descent, int8, 2 threads", 20),
    plan("rehearse descent, float32, 2 threads", 40),
    plan("rehearse sampling, int8, 1 thread", 5, { level: 0.03 }),
    asItIs(SAME_CEM, 100),
    asItIs(`rehearse at its defaults, int8, 1 thread${WHOLE}`, 30, { settings: { whole: true }, overRollouts: 1.25 }),
  ],
};

/** A small outcome of the planning benchmark. */
export const MEASURED: Measured = {
  quick: true,
  machine: { processor: "a <processor>", processors: 2, load: [0, 2], versions: { torch: "2" } },
  wallS: 40,
  effort: { samples: 512, iterations: 15, seeds: 1 },
  problems: { tuned: 4, compared: 6 },
  swept: [
    { series: "torch-cem, 2 threads", settings: {}, iterations: 1, ms: 20, regret: 0.05 },
    { series: "torch-cem, 2 threads", settings: {}, iterations: 9, ms: 200, regret: 0.002 },
    { series: "rehearse descent, int8, 2 threads", settings: {}, iterations: 9, ms: 15, regret: 0 },
  ],
  ...findings,
  ...goalsOf(findings),
};
