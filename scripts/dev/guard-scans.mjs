// How soon the guard finds that a scanner lies about motion, and how often it says so of one that does not: robots that explore embedded worlds, with noise,
// odometry that errs, and two persons who walk about.
// npm run guard:scans -- [--runs 50] [--hours 1] [--seed 60000] [--worlds rooms,tour,wall,maze-u]
import { parseArgs } from "node:util";
import { readRobotFile } from "../../dist/config/robot-file.js";
import { ScanMotion } from "../../dist/control/scan-motion.js";
import { seededRandom } from "../../dist/math/random.js";
import { quantile } from "../../dist/math/statistics.js";
import { navigationWorldDefinition } from "../../dist/worlds/index.js";
import { scanWithDisc } from "../../dist/worlds/scan-with-disc.js";

const options = { runs: "50", hours: "1", seed: "60000", worlds: "rooms,tour,wall,maze-u" };
const { values } = parseArgs({
  options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, { type: "string", default: value }])),
});
const [runs, hours, firstSeed] = [Number(values.runs), Number(values.hours), Number(values.seed)];
const STEP_NS = 50_000_000n;
const LONGEST_S = 60;

const turned = (fraction) => (scan) => {
  const by = Math.round(scan.rangesM.length * fraction);
  return { ...scan, rangesM: Float32Array.from(scan.rangesM, (_, i, all = scan.rangesM) => all[(i + by) % all.length]) };
};
/** From a scan to what the guard is given; each lie from a time on at which the robot has driven for a while. */
const LIES = {
  "turned by 180°": () => turned(0.5),
  "turned by 90°": () => turned(0.25),
  "turned by -90°": () => turned(0.75),
  mirrored: () => (scan) => ({ ...scan, rangesM: Float32Array.from(scan.rangesM).reverse() }),
  frozen: () => {
    let first;
    return (scan) => {
      first ??= scan;
      return { ...first, stampNs: scan.stampNs };
    };
  },
  "frozen, with noise": (random) => {
    let first;
    return (scan) => {
      first ??= scan;
      return { ...first, stampNs: scan.stampNs, rangesM: first.rangesM.map((range) => range + 0.01 * random.normal()) };
    };
  },
  "late by 200 ms": () => late(200_000_000n),
  "late by 300 ms": () => late(300_000_000n),
};
function late(byNs) {
  const waiting = [];
  return (scan) => {
    waiting.push(scan);
    const due = waiting.findLast(({ stampNs }) => stampNs <= scan.stampNs - byNs);
    return due && { ...due, stampNs: due.stampNs + byNs };
  };
}

/** A robot that explores; `heard` gets what the guard would hear, every 50 ms. Odometry errs: in scale of speed and of turns, and with noise. */
function explore(name, seed, seconds, lie, heard) {
  const definition = navigationWorldDefinition(name);
  const robot = readRobotFile(`calibration/${definition.robot}/robot.yaml`);
  const random = seededRandom(seed).fork(name);
  const world = definition.create({ seed, startNs: 1_000_000_000n });
  const explorer = definition.explorer(world, random.fork("explorer"));
  const noise = random.fork("noise");
  const scale = { speed: 1 + 0.03 * noise.normal(), turn: 1 + 0.03 * noise.normal() };
  const persons = [0, 1].map((k) => ({
    at: [2 * noise.uniform() - 1, 2 * noise.uniform() - 1],
    to: [0, 0],
    speed: 0.4 + 0.6 * noise.uniform(),
    k,
  }));
  const change = lie(noise);
  const motion = new ScanMotion(robot);
  let [pose, last] = [undefined, undefined];
  let movedM = 0;
  for (let k = 0; k < 20 * seconds; k++) {
    world.command(explorer.next());
    world.advance(STEP_NS);
    const truth = world.odometry();
    const { odomFromBase: at, twistInBase: twist } = truth;
    for (const person of persons) {
      const [dx, dy] = [person.to[0] - person.at[0], person.to[1] - person.at[1]];
      const left = Math.hypot(dx, dy);
      if (left < 0.1) person.to = [4 * noise.uniform() - 2, 4 * noise.uniform() - 2];
      else person.at = [person.at[0] + (dx / left) * person.speed * 0.05, person.at[1] + (dy / left) * person.speed * 0.05];
    }
    if (last === undefined) pose = { ...at };
    else {
      const turn = Math.atan2(Math.sin(at.yawRad - last.yawRad), Math.cos(at.yawRad - last.yawRad));
      const [dx, dy] = [at.xM - last.xM, at.yM - last.yM];
      movedM += Math.hypot(dx, dy);
      const off = pose.yawRad - last.yawRad;
      const [cos, sin] = [Math.cos(off) * scale.speed, Math.sin(off) * scale.speed];
      pose = { xM: pose.xM + dx * cos - dy * sin, yM: pose.yM + dx * sin + dy * cos, yawRad: pose.yawRad + turn * scale.turn };
    }
    last = at;
    const odometry = {
      ...truth,
      odomFromBase: {
        xM: pose.xM + 0.002 * noise.normal(),
        yM: pose.yM + 0.002 * noise.normal(),
        yawRad: pose.yawRad + 0.002 * noise.normal(),
      },
      twistInBase: { vxMps: twist.vxMps * scale.speed, vyMps: twist.vyMps * scale.speed, yawRateRps: twist.yawRateRps * scale.turn },
    };
    let scan;
    if (k % 2 === 0) {
      const { baseFromScan } = robot.scanner;
      const [cos, sin] = [Math.cos(at.yawRad), Math.sin(at.yawRad)];
      const odomFromScan = {
        xM: at.xM + cos * baseFromScan.xM - sin * baseFromScan.yM,
        yM: at.yM + sin * baseFromScan.xM + cos * baseFromScan.yM,
        yawRad: at.yawRad + baseFromScan.yawRad,
      };
      let seen = world.scan();
      for (const {
        at: [xM, yM],
      } of persons)
        if (Math.hypot(xM - at.xM, yM - at.yM) > 0.4) seen = scanWithDisc(seen, odomFromScan, { xM, yM, radiusM: 0.2 });
      seen = { ...seen, rangesM: seen.rangesM.map((range) => range + 0.01 * noise.normal()) };
      scan = change(seen, k / 20);
    }
    explore.scan = scan ?? explore.scan;
    const doubt = explore.scan && motion.advance({ odometry, scan: explore.scan, nowNs: truth.stampNs });
    if (heard(doubt, k / 20, movedM, { odometry, scan: explore.scan, motion }) === false) return;
  }
}

for (const world of values.worlds.split(",")) {
  let [alarms, slowed, drivenS] = [0, 0, 0];
  const kinds = {};
  for (let seed = firstSeed; drivenS < 3600 * hours; seed++) {
    explore.scan = undefined;
    let was = 0;
    explore(
      world,
      seed,
      300,
      () => (scan) => scan,
      (doubt) => {
        const evidence = doubt?.evidence ?? 0;
        if (evidence >= 0.5 && was < 0.5) slowed++;
        if (evidence >= 1 && was < 1) {
          alarms++;
          kinds[doubt.lie] = (kinds[doubt.lie] ?? 0) + 1;
        }
        was = evidence;
      },
    );
    drivenS += 300;
  }
  console.log(
    `${world}: true scanner: ${(drivenS / 3600).toFixed(1)} h driven, ${alarms} stops, ${slowed} slowdowns ${JSON.stringify(kinds)}`,
  );
  for (const [name, lie] of Object.entries(LIES)) {
    const found = [];
    const foundM = [];
    const named = {};
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      explore.scan = undefined;
      explore(world, seed, LONGEST_S, lie, (doubt, atS, movedM) => {
        if ((doubt?.evidence ?? 0) < 1) return true;
        found.push(atS);
        foundM.push(movedM);
        named[doubt.lie] = (named[doubt.lie] ?? 0) + 1;
        return false;
      });
    }
    const time = (values, q) => (values.length === 0 ? "–" : quantile(Float64Array.from(values), q).toFixed(1));
    console.log(
      `  ${name}: found in ${found.length} of ${runs} within ${LONGEST_S} s; after p50 ${time(found, 0.5)} s, p90 ${time(found, 0.9)} s, ${time(foundM, 0.5)} m, p90 ${time(foundM, 0.9)} m; named ${JSON.stringify(named)}`,
    );
  }
}
