// Mutation testing of the guard: npm run guard:mutate. Small faults in what stands between a command and the robot, which the tests of
// vitest.guard.config.ts have to notice. Part by part, so that a run that is broken off goes on where it was; then the score of all of it.
import { spawnSync } from "node:child_process";
import config from "../../stryker.guard.config.mjs";

/** Fetched when it is first needed: 60 MB that nobody else has use for. The newest that runs on Node 20. */
const STRYKER = ["@stryker-mutator/core@9.6.1", "@stryker-mutator/vitest-runner@9.6.1"];

function run(command, ...args) {
  return spawnSync(command, args, { cwd: new URL("../..", import.meta.url), stdio: "inherit" }).status ?? 1;
}

const fetched = run("npm", "install", "--silent", "--no-save", "--legacy-peer-deps", "--prefix", ".cache/stryker", ...STRYKER);
if (fetched !== 0) process.exit(fetched);
const mutate = (...args) => run(".cache/stryker/node_modules/.bin/stryker", "run", "stryker.guard.config.mjs", ...args);
for (const part of config.mutate) mutate("--mutate", part, "--reporters", "progress-append-only");
process.exit(mutate());
