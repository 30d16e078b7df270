// The robot is driven at walls, and at random moments guard, controller or both are killed or stopped: how long the base gets no command, and when it
// gets zero. usage: node scripts/dev/standby-trials.mjs [--trials 60] [--seed 50000] [--busy 0] [--quiet-minutes 0] [--no-standby]
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "../../dist/math/random.js";
import { quantile } from "../../dist/math/statistics.js";
import { RELIABLE_QOS } from "../../dist/messages/qos.js";
import { stampToNs } from "../../dist/messages/stamp.js";
import { SimulationClient } from "../../dist/ros/clients/simulation-client.js";
import { StatusClient } from "../../dist/ros/clients/status-client.js";
import { openRos } from "../../dist/ros/rcl/context.js";
import { Endpoints } from "../../dist/ros/rcl/endpoints.js";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "60" },
    seed: { type: "string", default: "50000" },
    busy: { type: "string", default: "0" },
    "quiet-minutes": { type: "string", default: "0" },
    "no-standby": { type: "boolean", default: false },
  },
});
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const logs = mkdtempSync(join(tmpdir(), "rehearse-standby-"));
process.env.XDG_STATE_HOME = join(logs, "state");
const random = seededRandom(Number(values.seed));
const processes = new Map();
const HOLD_MS = 1200;

function start(name) {
  const log = openSync(join(logs, `${name}.log`), "a");
  const robot = name === "simulation" ? [] : ["--ros-args", "-p", "robot:=calibration/rooms/robot.yaml"];
  const args =
    name === "controller"
      ? [fileURLToPath(new URL("./drive-at-walls.mjs", import.meta.url))]
      : ["dist/cli/main.js", "node", name, ...robot];
  processes.set(name, spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", log, log] }));
}
const busy = Array.from({ length: Number(values.busy) }, () => spawn("sh", ["-c", "while :; do :; done"]));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  for (const child of [...processes.values(), ...busy]) child.kill("SIGKILL");
});

for (const failed of ["uncaughtException", "unhandledRejection"])
  process.on(failed, (error) => {
    console.error(error);
    process.exit(1);
  });
const ros = await openRos({ signals: false });
const status = new StatusClient(ros);
const simulation = new SimulationClient(ros);
const endpoints = new Endpoints(ros, ros.createNode("trials"));
let commands = [];
let state;
status.guard.subscribe((heard) => {
  state = heard;
});
endpoints.subscribe("geometry_msgs/msg/TwistStamped", "cmd_vel", { ...RELIABLE_QOS, depth: 100 }, ({ header, twist }) =>
  // When it was sent: this process may be late itself.
  commands.push({ atMs: Number(stampToNs(header.stamp)) / 1e6, rest: twist.linear.x === 0 && twist.angular.z === 0 }),
);
const nowMs = () => performance.timeOrigin + performance.now();
endpoints.node.spin();

const until = async (isIt, what, timeoutMs = 30_000) => {
  for (const endMs = performance.now() + timeoutMs; !isIt(); await pause(10))
    if (performance.now() > endMs) throw new Error(`${what}; logs: ${logs}`);
};
const moves = () => until(() => commands.slice(-5).some(({ rest }) => !rest), `no motion: ${state?.message}`);
const standby = !values["no-standby"];

for (const name of ["simulation", "guard", ...(standby ? ["standby"] : []), "controller"]) start(name);
await until(() => state && (!standby || state.values.standby === "watches"), "no guard");

if (Number(values["quiet-minutes"]) > 0) {
  await moves();
  const diagnostics = [];
  endpoints.subscribe("diagnostic_msgs/msg/DiagnosticArray", "/diagnostics", RELIABLE_QOS, ({ status: [{ name, values: said }] }) => {
    if (name === "rehearse: standby") diagnostics.push(Object.fromEntries(said.map(({ key, value }) => [key, value])));
  });
  await pause(Number(values["quiet-minutes"]) * 60_000);
  const gaps = diagnostics.map((each) => Number(each["guard.longest_gap_ms"]));
  console.log(`undisturbed for ${values["quiet-minutes"]} min, ${values.busy} busy loops: takeovers ${diagnostics.at(-1)?.takeovers}`);
  console.log(
    `  longest gap of each second, ms: p50 ${quantile(gaps, 0.5)} p90 ${quantile(gaps, 0.9)} p99 ${quantile(gaps, 0.99)} max ${Math.max(...gaps)}`,
  );
  for (const ms of [30, 40, 50, 60, 80, 100, 150])
    console.log(`  seconds with a gap above ${ms} ms: ${gaps.filter((gap) => gap > ms).length} of ${gaps.length}`);
}

const rows = new Map();
const note = (what, key, value) => {
  const row = rows.get(what) ?? { silence: [], zero: [], touches: 0, trials: 0 };
  rows.set(what, row);
  if (key === "touches") row.touches += value;
  else row[key].push(value);
};
const KINDS = ["guard SIGKILL", "guard SIGSTOP", "controller SIGKILL", "controller SIGSTOP", "both SIGKILL", "both SIGSTOP"];
for (let trial = 0; trial < Number(values.trials); trial++) {
  const what = KINDS[trial % KINDS.length];
  const [who, signal] = what.split(" ");
  const names = who === "both" ? ["guard", "controller"] : [who];
  await simulation.setSeed(Number(values.seed) + trial);
  await pause(600);
  commands = [];
  await moves();
  await pause(random.uniform() * 3000);
  await moves();
  const collisions = simulation.state.collisions;
  for (const name of names) processes.get(name).kill(signal);
  const atMs = nowMs();
  await pause(HOLD_MS);
  commands.sort((a, b) => a.atMs - b.atMs);
  const before = commands.filter((each) => each.atMs <= atMs);
  const after = commands.filter((each) => each.atMs > atMs);
  const zero = after.find((each, i) => each.rest && after.slice(i).every(({ rest }) => rest));
  const times = [before.at(-1)?.atMs ?? atMs, ...after.map((each) => each.atMs)];
  note(what, "silence", Math.max(...times.slice(1).map((ms, i) => ms - times[i])));
  note(what, "zero", zero === undefined ? Number.POSITIVE_INFINITY : zero.atMs - times[0]);
  if (zero === undefined)
    console.log(
      `trial ${trial}, ${what}: no zero; sent after it, ms: ${after.map((each) => `${(each.atMs - atMs).toFixed(0)}${each.rest ? "" : "!"}`).join(" ")}`,
    );
  note(what, "touches", simulation.state.collisions - collisions);
  rows.get(what).trials++;
  const resumeMs = nowMs();
  for (const name of names) {
    if (signal === "SIGSTOP") processes.get(name).kill("SIGCONT");
    else start(name);
  }
  if (signal === "SIGSTOP") {
    await pause(60);
    const early = commands.filter((each) => each.atMs > resumeMs && !each.rest);
    if (names.includes("guard") && early.length > 0)
      console.log(`trial ${trial}, ${what}: ${early.length} commands within 60 ms of SIGCONT are not zero`);
  }
  await until(() => commands.at(-1)?.atMs > nowMs() - 500 && state, "back");
  await pause(1500);
}
for (const [what, { silence, zero, touches, trials }] of rows) {
  const of = (list) => [0.5, 0.99, 1].map((p) => quantile(list, p).toFixed(0)).join("/");
  console.log(`${what}: trials ${trials}, touches ${touches}, longest silence p50/p99/max ${of(silence)} ms, to zero ${of(zero)} ms`);
}
const { pid } = processes.get("standby") ?? {};
if (pid) {
  const field = (file, name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/${file}`, "utf8"))?.[1]) / 1024;
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).map(Number);
  const upS = performance.now() / 1000;
  console.log(
    `standby: ${((user + system) / upS).toFixed(1)} % of a core since the start, ${field("smaps_rollup", "Pss").toFixed(0)} MB of its own share`,
  );
}
console.log(`standby: ${state?.values.standby}; load ${values.busy}; logs: ${logs}`);
for (const child of [...processes.values(), ...busy]) child.kill("SIGKILL");
await ros.shutdown();
process.exit(0);
