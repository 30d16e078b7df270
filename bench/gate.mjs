// What one judgement of the gate costs: 20,000 commands at 50 Hz in two rooms, with odometry at 25 Hz and a scan at 10 Hz: of 120 beams for the disc of
// `rooms`, of 1,000 for the polygon of the robot `cart`.
// npm run build && node bench/gate.mjs [rooms|cart]
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readRobotFile } from "../dist/config/robot-file.js";
import { SafetyGate } from "../dist/control/gate.js";
import { seededRandom } from "../dist/math/random.js";
import { quantile } from "../dist/math/statistics.js";
import { createWorld } from "../dist/worlds/index.js";

const JUDGEMENTS = 20_000;
const WARM_UP = 2_000;
const PERIOD_NS = 20_000_000n;
const name = process.argv[2] ?? "rooms";
const robot = readRobotFile(`calibration/${name}/robot.yaml`);
const newGate = () => new SafetyGate(robot);

/** What the gate is asked on a drive that it judges itself, and what it says. Recorded first: the world's work and garbage are not the gate's. */
function recorded() {
  const [random, gate] = [seededRandom(1), newGate()];
  const world = createWorld("rooms", { seed: 1000, startNs: 1_000_000_000n, footprint: robot.footprint });
  let [lastOutput, odometry, scan, wanted] = [{ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 }];
  return Array.from({ length: WARM_UP + JUDGEMENTS }, (_, k) => {
    const nowNs = world.stampNs;
    if (k % 2 === 0) odometry = world.odometry();
    if (k % 5 === 0) scan = world.scan();
    if (k % 20 === 0) wanted = { kind: "twist", vxMps: 2 * random.uniform() - 0.6, vyMps: 0, yawRateRps: 6 * random.uniform() - 3 };
    const arrived = { odometryReceivedNs: odometry.stampNs, scanReceivedNs: scan.stampNs, commandReceivedNs: nowNs };
    const now = { nowNs, odometry, scan, ...arrived, lastOutput, lastOutputNs: nowNs - PERIOD_NS };
    const said = gate.admit(wanted, now);
    lastOutput = said.command;
    world.command(lastOutput);
    world.advance(PERIOD_NS);
    return { wanted, now, said };
  });
}

const asked = recorded();
// What was recorded must not be collected, moved or marked while judgements are measured.
setFlagsFromString("--expose-gc");
runInNewContext("gc")();
const gate = newGate();
const [wallUs, cpuUs] = [new Float64Array(JUDGEMENTS), new Float64Array(JUDGEMENTS)];
const kinds = {};
let wholeUs = 0;
for (const [k, { wanted, now, said }] of asked.entries()) {
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  const verdict = gate.admit(wanted, now);
  const endedMs = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  if (verdict.kind !== said.kind) throw new Error(`judgement ${k}: ${verdict.kind}, on the drive ${said.kind}`);
  if (k < WARM_UP) continue;
  kinds[verdict.kind] = (kinds[verdict.kind] ?? 0) + 1;
  wallUs[k - WARM_UP] = 1e3 * (endedMs - beganMs);
  cpuUs[k - WARM_UP] = user + system;
  wholeUs += user + system;
}
const asking = Float64Array.from({ length: JUDGEMENTS }, () => {
  const cpu = process.cpuUsage();
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
});
const us = (value) => `${value.toFixed(1)} µs`;
const row = (what, values) =>
  console.log(`${what}: p50 ${us(quantile(values, 0.5))}, p99 ${us(quantile(values, 0.99))}, max ${us(quantile(values, 1))}`);
console.log(`${JUDGEMENTS} judgements of ${name}, ${asked[0].now.scan.rangesM.length} beams`);
row("on the clock  ", wallUs);
// Of the whole process, collecting garbage and compiling included: what the clock shows when nobody else wants the processor.
row("of processor  ", cpuUs);
console.log(`of processor  : mean ${us(wholeUs / JUDGEMENTS)}, of which asking for it takes ${us(quantile(asking, 0.5))}`);
console.log(kinds);
