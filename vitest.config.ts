import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests of real processes over real topics: they measure silence and lateness, so nothing else may run beside them. */
const PROCESSES = ["tests/ros/**/*.test.ts", "tests/faults/**/*.test.ts"];

export default defineConfig({
  // Examples import the package by its name, as its users do; here that is the sources.
  resolve: { alias: { rehearse: fileURLToPath(new URL("./src/index.ts", import.meta.url)) } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: "computed", include: ["tests/**/*.test.ts"], exclude: PROCESSES, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // What a machine did meanwhile is no fault of theirs: one that fails is tried once more, and said to have been.
        test: { name: "processes", include: PROCESSES, maxWorkers: 1, retry: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
