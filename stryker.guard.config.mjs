// For scripts/dev/guard-mutate.mjs.

// The random properties are for finding what nobody thought of. Here a few cases of each do: known answers have to notice a mutant.
process.env.REHEARSE_RUNS ??= "40";

export default {
  // One after the other: each entry is a part of the run.
  mutate: [
    "src/control/gate.ts",
    "src/control/gate-history.ts",
    "src/control/scan-placement.ts",
    "src/control/guard.ts",
    "src/guardrails/stopping-path.ts",
    "src/guardrails/scan-coverage.ts",
    "src/guardrails/history/*.ts",
    "src/guardrails/[a-r]*.ts",
    "src/guardrails/rules/[a-d]*.ts",
    "src/guardrails/rules/[e-k]*.ts",
    "src/guardrails/rules/[l-p]*.ts",
    "src/guardrails/rules/[s-w]*.ts",
    "src/control/surroundings.ts",
    "src/control/moving-objects.ts",
    "src/math/points.ts",
    "src/motion/stopping-way.ts",
  ],
  testRunner: "vitest",
  vitest: { configFile: "vitest.guard.config.ts", related: false },
  coverageAnalysis: "perTest",
  // Texts are names of rules and words for people: those that count are asserted wherever a rule answers, and an emptied word moves no robot.
  mutator: { excludedMutations: ["StringLiteral"] },
  concurrency: 2,
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: ".cache/stryker/guard.json",
  tempDirName: ".cache/stryker/sandbox",
  ignorePatterns: [
    "/.cache",
    "/bench",
    "/data",
    "/dist",
    "/docs",
    "/examples",
    "/launch",
    "/log",
    "/models",
    "/runs",
    "/training",
    "/.ros",
    "/.venv",
  ],
  reporters: ["clear-text"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
