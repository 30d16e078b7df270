import { Guard } from "../../src/control/guard.js";
import type { Clock } from "../../src/core/clock.js";
import { valuesOf, withValues } from "../../src/core/command.js";
import type { Random } from "../../src/core/random.js";
import { axesOf, restOf } from "../../src/guardrails/axes.js";
import type { Subject } from "./subjects.js";

const STEP_MS = 10;
const MS = 1_000_000n;
/** Control ticks for which one segment of an attack holds. */
const SEGMENT_TICKS = 4;
/** Slower than this towards it, a body no longer drives into what comes: how that moves is known to a tenth of a metre a second. */
const RAMS_PER_S = 0.1;
const TOLERANCE = 1e-9;

/** What an adversary proposes: a command for each segment, in units of the limits, and whether it is said at all. */
export type Attack = readonly (readonly number[])[];

export interface Outcome {
  readonly ticks: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Least room that was left while the body moved; below 0: it drove into something. */
  readonly roomLeft: number;
  /** Invariants that were broken, in words. */
  readonly broken: readonly string[];
}

/**
 * One attack against the guard in simulated time: proposals at 20 Hz, measured motion at 20 Hz and scans at 10 Hz with any delay that the robot
 * file allows for, the guard at 50 Hz. The invariants are checked at every tick, on what is published and on what the body then does.
 */
export function play(subject: Subject, attack: Attack, random: Random, moves: boolean): Outcome {
  const { robot } = subject;
  const axes = axesOf(robot);
  const world = subject.simulation(random.fork("scene"), moves);
  const delays = random.fork("delays");
  let nowMs = 1_000_000;
  const clock: Clock = { nowNs: () => BigInt(nowMs) * MS, steadyNs: () => BigInt(nowMs) * MS };
  const guard = new Guard(robot, clock);
  const due = new Map<number, (() => void)[]>();
  const later = (delayMs: number, action: () => void) => {
    const at = nowMs + STEP_MS * Math.round(delayMs / STEP_MS);
    due.set(at, [...(due.get(at) ?? []), action]);
  };
  const upTo = (mostMs: number) => STEP_MS * Math.floor(delays.uniform() * (mostMs / STEP_MS + 0.999));
  const sensorDelayMs = upTo(40);
  const scanDelayMs = upTo(90);
  const outputDelayMs = upTo(1000 * robot.response.commandDelayS);
  const broken = new Set<string>();
  let counts: Outcome["counts"] = {};
  let proposed = valuesOf(restOf(robot));
  let last = proposed;
  let gains = last.map(() => 0);
  let roomLeft = Number.POSITIVE_INFINITY;
  let ticks = 0;

  function check(output: readonly number[]): void {
    const dt = 0.02;
    for (const [i, { name, minPerS, maxPerS, accelerationPerS2, jerkPerS3 }] of axes.entries()) {
      const value = output[i]!;
      if (!(value >= minPerS && value <= maxPerS)) broken.add(`${name} beyond its limit`);
      const asked = proposed[i]!;
      if (proposed.every(Number.isFinite) && (Math.abs(value) > Math.abs(asked) || value * asked < 0))
        broken.add(`${name} less safe than asked`);
      const gain = Math.sign(value) * value - Math.max(0, Math.sign(value) * last[i]!);
      if (gain > accelerationPerS2 * dt + TOLERANCE) broken.add(`${name} speeds up too fast`);
      const gained = Math.max(0, Math.sign(value) * gains[i]!);
      if (gain > (gained + jerkPerS3 * dt) * dt + TOLERANCE) broken.add(`${name} jerks`);
    }
    if (robot.drive !== "joints") {
      const lateral = Math.hypot(output[0]!, output[1]!) * Math.abs(output[2]!);
      if (lateral > robot.limits.lateralAccelerationMps2) broken.add("turns too fast for its speed");
    }
    gains = output.map((value, i) => (value - last[i]!) / dt);
    last = output;
  }

  for (let step = 0; step * STEP_MS < attack.length * SEGMENT_TICKS * 50; step++, nowMs += STEP_MS) {
    const stampNs = clock.nowNs();
    if (step % 5 === 0) {
      const [odometry, joints] = [world.odometry(stampNs), world.joints(stampNs)];
      later(sensorDelayMs, () => {
        if (odometry) guard.onBody(odometry);
        if (joints) guard.onBody(joints);
      });
      const genes = attack[Math.floor(step / 5 / SEGMENT_TICKS)]!;
      // The last gene is for silence.
      if (genes[axes.length]! < 2) {
        proposed = axes.map(({ minPerS, maxPerS }, i) => genes[i]! * (genes[i]! < 0 ? -minPerS : maxPerS));
        guard.onCommand(withValues(restOf(robot), proposed), stampNs);
      }
    }
    if (step % 10 === 0) {
      const scan = world.scan(stampNs);
      if (scan) later(scanDelayMs, () => guard.onScan(scan));
    }
    for (const action of due.get(nowMs) ?? []) action();
    due.delete(nowMs);
    if (step % 2 === 0) {
      const report = guard.tick();
      counts = report.counts;
      ticks++;
      check(valuesOf(report.verdict.command));
      later(outputDelayMs, () => world.command(report.verdict.command));
      if (outputDelayMs === 0) world.command(report.verdict.command);
    }
    world.advance(STEP_MS / 1000);
    // Who is hit by something that moves, while he stands or goes away from it, has not driven into it; what comes after that is another matter.
    if (moves && world.roomLeft < 0 && world.ramsPerS < RAMS_PER_S) break;
    roomLeft = Math.min(roomLeft, world.roomLeft);
  }
  if (roomLeft < 0) broken.add(robot.drive === "joints" ? "a joint leaves its range" : "drives into something");
  return { ticks, counts, roomLeft, broken: [...broken] };
}
