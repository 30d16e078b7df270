import { defineConfig } from "vitest/config";

/** Every branch of what stands between a command and the robot, by the tests that assert what it does. */
export default defineConfig({
  test: {
    include: [
      "tests/unit/guardrails/**/*.test.ts",
      "tests/unit/control/{gate,guard,moving,surroundings,custom-guardrails,rules-are-pure}*.test.ts",
      "tests/unit/math/points.test.ts",
      "tests/unit/motion/stopping-way.test.ts",
    ],
    // One counts lines of code, and Stryker writes some between them.
    exclude: process.env.STRYKER_MUTATOR_WORKER === undefined ? [] : ["tests/unit/control/guard-limits-are-fixed.test.ts"],
    testTimeout: 120_000,
    isolate: false,
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: [
        "src/guardrails/**",
        "src/control/{gate,gate-history,guard,scan-placement,surroundings,moving-objects}.ts",
        "src/math/points.ts",
        "src/motion/stopping-way.ts",
      ],
      reporter: ["text"],
      reportsDirectory: ".cache/coverage",
      thresholds: { branches: 100 },
    },
  },
});
