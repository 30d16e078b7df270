import { describe, expect, test } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { Guard } from "../../src/control/guard.js";
import type { Odometry, Pose2 } from "../../src/core/body.js";
import type { TwistCommand } from "../../src/core/command.js";
import type { Random } from "../../src/core/random.js";
import type { RobotDescription } from "../../src/core/robot-description.js";
import type { LaserScan } from "../../src/core/sensors.js";
import { embodimentOf } from "../../src/embodiment/index.js";
import { seededRandom } from "../../src/math/random.js";
import type { DriveState } from "../../src/motion/differential-drive.js";

const ROBOT = readRobotFile("calibration/ackermann/robot.yaml");
const { floor } = embodimentOf(ROBOT);
/** The same car by its outline: the origin is the middle of the rear axle. */
const OUTLINE: [number, number][] = [
  [0.34, 0.14],
  [-0.08, 0.14],
  [-0.08, -0.14],
  [0.34, -0.14],
];
const LONG: RobotDescription = { ...ROBOT, footprint: { radiusM: Math.hypot(0.34, 0.14), polygonsM: [OUTLINE] } };
const STEP_MS = 10;
const BEAMS = 720;
const MOST_PER_M = Math.tan(ROBOT.own!.max_steering_rad!) / ROBOT.own!.wheelbase_m!;
/** A room with walls at so many metres from its middle. */
const WALLS_M = 1.5;

/** Of the footprint from the walls. */
function roomM({ footprint: { radiusM, polygonsM } }: RobotDescription, { xM, yM, yawRad }: Pose2): number {
  if (polygonsM === undefined) return WALLS_M - Math.max(Math.abs(xM), Math.abs(yM)) - radiusM;
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  return WALLS_M - Math.max(...OUTLINE.flatMap(([x, y]) => [Math.abs(xM + x * cos - y * sin), Math.abs(yM + x * sin + y * cos)]));
}

/** Distance to the walls from a place inside, in a direction. */
function rangeM(xM: number, yM: number, angleRad: number): number {
  const [dx, dy] = [Math.cos(angleRad), Math.sin(angleRad)];
  const along = (at: number, d: number) => (d === 0 ? Number.POSITIVE_INFINITY : (Math.sign(d) * WALLS_M - at) / d);
  return Math.min(along(xM, dx), along(yM, dy));
}

function scanFrom({ pose: { xM, yM, yawRad } }: DriveState, stampNs: bigint): LaserScan {
  const { baseFromScan } = ROBOT.scanner!;
  const [x, y] = [xM + baseFromScan.xM * Math.cos(yawRad), yM + baseFromScan.xM * Math.sin(yawRad)];
  const angleIncrementRad = (2 * Math.PI) / BEAMS;
  const rangesM = Float32Array.from({ length: BEAMS }, (_, i) => rangeM(x, y, yawRad - Math.PI + i * angleIncrementRad));
  return { stampNs, angleMinRad: -Math.PI, angleIncrementRad, rangeMinM: 0.01, rangeMaxM: 10, rangesM };
}

/** One episode of 12 s: the guard at 50 Hz, odometry at 20, a scan at 10, commands that act 20 ms after they were sent. */
function drive(robot: RobotDescription, random: Random, propose: (random: Random) => TwistCommand) {
  let nowNs = 1_000_000_000n;
  const guard = new Guard(robot, { nowNs: () => nowNs, steadyNs: () => nowNs });
  let state: DriveState = {
    pose: { xM: random.uniform() - 0.5, yM: random.uniform() - 0.5, yawRad: 2 * Math.PI * random.uniform() },
    twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 },
  };
  const mover = floor!.mover(ROBOT, STEP_MS / 1000);
  mover.place(state.pose, state.twist);
  const sent: TwistCommand[] = [];
  const acting: TwistCommand[] = [];
  let proposed = propose(random);
  let [nearestM, drivenM] = [Number.POSITIVE_INFINITY, 0];
  const stops: string[] = [];
  for (let ms = 0; ms < 12_000; ms += STEP_MS) {
    const odometry: Odometry = { stampNs: nowNs, odomFromBase: state.pose, twistInBase: state.twist };
    if (ms % 50 === 0) guard.onBody(odometry);
    if (ms % 100 === 0) guard.onScan(scanFrom(state, nowNs));
    if (ms % 800 === 0) proposed = propose(random);
    if (ms % 50 === 0) guard.onCommand(proposed, nowNs);
    if (ms % 20 === 0) {
      const { verdict } = guard.tick();
      if (verdict.kind === "stop") stops.push(...verdict.because.map(({ id }) => id));
      sent.push(verdict.command as TwistCommand);
      acting.push(verdict.command as TwistCommand);
    }
    // Sent one guard period ago.
    const { vxMps, yawRateRps } = acting.at(-2) ?? { vxMps: 0, yawRateRps: 0 };
    mover.advance(vxMps, yawRateRps);
    const before = state.pose;
    state = {
      pose: { xM: mover.xM, yM: mover.yM, yawRad: mover.yawRad },
      twist: { vxMps: mover.vxMps, vyMps: 0, yawRateRps: mover.yawRateRps },
    };
    drivenM += Math.hypot(state.pose.xM - before.xM, state.pose.yM - before.yM);
    nearestM = Math.min(nearestM, roomM(robot, state.pose));
    nowNs += BigInt(STEP_MS) * 1_000_000n;
  }
  return { nearestM, drivenM, sent, stops };
}

const { forwardMps, reverseMps, yawRateRps } = ROBOT.limits;
const twist = (vxMps: number, yawRate: number): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps: yawRate });
const DRIVERS: Readonly<Record<string, (random: Random) => TwistCommand>> = {
  "full speed into the wall, along whatever curve": (random) => twist(forwardMps, yawRateRps * (2 * random.uniform() - 1)),
  "in reverse": (random) => twist(-reverseMps, yawRateRps * (2 * random.uniform() - 1)),
  "anything, far beyond every limit": (random) => twist(4 * (2 * random.uniform() - 1), 8 * (2 * random.uniform() - 1)),
};

describe("a base that steers like a car, behind the guard", () => {
  const cases = Object.entries(DRIVERS).flatMap(([name, propose]) => [
    ["as a disc", name, ROBOT, propose] as const,
    ["by its outline", name, LONG, propose] as const,
  ]);
  test.each(cases)(
    "%s, %s: touches no wall, and is sent no curve that it cannot drive",
    (_, name, robot, propose) => {
      let drivenM = 0;
      for (let seed = 0; seed < 12; seed++) {
        const run = drive(robot, seededRandom(seed).fork(name), propose);
        expect(run.nearestM, `seed ${seed}`).toBeGreaterThan(0);
        for (const { vxMps, vyMps, yawRateRps: w } of run.sent) {
          expect(vxMps).toBeLessThanOrEqual(forwardMps);
          expect(vxMps).toBeGreaterThanOrEqual(-reverseMps);
          expect(vyMps).toBe(0);
          expect(Math.abs(w)).toBeLessThanOrEqual(Math.min(yawRateRps, Math.abs(vxMps) * MOST_PER_M) + 1e-12);
        }
        // Its own motion model is what it drives by here: nothing that is measured contradicts it.
        expect(run.stops.filter((id) => /odometry\.|speed\.measured|finite|failed/.test(id))).toEqual([]);
        drivenM += run.drivenM;
      }
      expect(drivenM).toBeGreaterThan(5);
    },
    60_000,
  );
});
