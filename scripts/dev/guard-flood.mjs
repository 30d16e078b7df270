// Floods the guard in seven forms, and compares the pauses between its commands with those of a bare timer beside it.
// usage: npm run guard:flood -- --seconds 10 [--flood 8-mb]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "10" }, flood: { type: "string", default: "" } } });
const env = { ...process.env, REHEARSE_FLOOD_S: values.seconds };
const args = ["test", "tests/ros/flood.test.ts", ...(values.flood ? ["-t", `${values.flood}:`] : [])];
process.exit(spawnSync(fileURLToPath(new URL("../../rehearse", import.meta.url)), args, { stdio: "inherit", env }).status ?? 1);
