// Sends guard, controller and simulation what nobody should, for as long as is wanted.
// usage: npm run guard:fuzz -- --messages 100000 --seed 0 [--node guard]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "100000" },
    seed: { type: "string", default: "0" },
    node: { type: "string", default: "" },
  },
});
const env = { ...process.env, REHEARSE_MESSAGES: values.messages, REHEARSE_SEED: values.seed, REHEARSE_LONGEST_GAP_MS: "100" };
const args = ["test", "tests/ros/fuzz.test.ts", ...(values.node ? ["-t", `${values.node}:`] : [])];
process.exit(spawnSync(fileURLToPath(new URL("../../rehearse", import.meta.url)), args, { stdio: "inherit", env }).status ?? 1);
