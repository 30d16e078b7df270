// What one judgement of the gate costs: 20,000 commands at 50 Hz among posts, with odometry at 20 Hz and a scan of 120 beams at 10 Hz.
// npm run build && node bench/gate.mjs
import { readRobotFile } from "../dist/config/robot-file.js";
import { SafetyGate } from "../dist/control/gate.js";
import { guardrailsFor } from "../dist/guardrails/index.js";
import { seededRandom } from "../dist/math/random.js";
import { quantile } from "../dist/math/statistics.js";
import { createWorld } from "../dist/worlds/index.js";

const JUDGEMENTS = 20_000;
const WARM_UP = 2_000;
const random = seededRandom(1);
const robot = readRobotFile("calibration/rooms/robot.yaml");
const gate = new SafetyGate(guardrailsFor(robot), robot);
const world = createWorld("rooms", { seed: 1000, startNs: 1_000_000_000n });
const [wallUs, cpuUs, kinds] = [[], [], {}];
let [lastOutput, odometry, scan, wanted] = [{ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 }];
for (let k = 0; k < WARM_UP + JUDGEMENTS; k++) {
  const nowNs = world.stampNs;
  if (k % 2 === 0) odometry = world.odometry();
  if (k % 5 === 0) scan = world.scan();
  if (k % 20 === 0) wanted = { kind: "twist", vxMps: 2 * random.uniform() - 0.6, vyMps: 0, yawRateRps: 6 * random.uniform() - 3 };
  const arrived = { odometryReceivedNs: odometry.stampNs, scanReceivedNs: scan.stampNs, commandReceivedNs: nowNs };
  const now = { nowNs, odometry, scan, ...arrived, lastOutput, lastOutputNs: nowNs - 20_000_000n };
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const verdict = gate.admit(wanted, now);
  const endedNs = process.hrtime.bigint();
  const { user, system } = process.cpuUsage(cpu);
  if (k >= WARM_UP) {
    wallUs.push(Number(endedNs - began) / 1e3);
    cpuUs.push(user + system);
  }
  kinds[verdict.kind] = (kinds[verdict.kind] ?? 0) + 1;
  lastOutput = verdict.command;
  world.command(lastOutput);
  world.advance(20_000_000n);
}
const us = (value) => `${value.toFixed(1)} µs`;
const row = (what, values) =>
  console.log(`${what}: p50 ${us(quantile(values, 0.5))}, p99 ${us(quantile(values, 0.99))}, max ${us(Math.max(...values))}`);
console.log(`${JUDGEMENTS} judgements`);
row("on the clock", wallUs);
// Of the whole process, collecting garbage and compiling included: what the clock shows when nobody else wants the processor.
row("of processor ", cpuUs);
console.log(kinds);
