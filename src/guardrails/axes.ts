import { type Command, restCommand, sameCommand, valuesOf, withValues } from "../core/command.js";
import { type Axis, REST } from "../core/embodiment.js";
import type { BodyState } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { embodimentOf } from "../embodiment/index.js";
import { clamp } from "../math/angle.js";
import { secondsBetween } from "../math/seconds.js";

export { type Axis, REST };

/** A pause between outputs does not permit a larger step. */
const MAX_STEP_S = 0.1;

export function axesOf(robot: RobotDescription): readonly Axis[] {
  return embodimentOf(robot).axes(robot);
}

export function restOf(robot: RobotDescription): Command {
  return restCommand(embodimentOf(robot).command(robot));
}

/** Scales all axes together, so that the path stays the same. */
export function scaled(command: Command, factor: number): Command {
  return withValues(
    command,
    valuesOf(command).map((v) => v * factor),
  );
}

/** Position and velocity along the axes, as measured. */
export function measured(robot: RobotDescription, now: Pick<BodyState, "odometry" | "joints">) {
  const { measurement } = embodimentOf(robot);
  const body = now[measurement.name];
  return body && { stampNs: body.stampNs, position: measurement.position(body), velocity: measurement.velocity(body) };
}

/** Measured at rest, and commanded to rest. Without a measurement nothing is known. */
export function isAtRest(robot: RobotDescription, now: Pick<BodyState, "odometry" | "joints" | "lastOutput">): boolean {
  const velocity = measured(robot, now)?.velocity;
  return (
    velocity !== undefined &&
    sameCommand(now.lastOutput, restOf(robot)) &&
    axesOf(robot).every(({ unit }, i) => Math.abs(velocity[i]!) <= REST[unit])
  );
}

/** Time since the last output, as far as it counts for what can be reached. */
export function stepS({ lastOutputNs, nowNs }: Pick<BodyState, "lastOutputNs" | "nowNs">): number {
  return lastOutputNs === undefined ? 0 : clamp(secondsBetween(lastOutputNs, nowNs), 0, MAX_STEP_S);
}

/** The next command of a braking stop: the last output scaled down along its arc, so that no axis falls faster than its emergency limit. */
export function braked(now: Pick<BodyState, "lastOutput" | "lastOutputNs" | "nowNs">, axes: readonly Axis[]): Command {
  const toRestS = Math.max(...valuesOf(now.lastOutput).map((v, i) => Math.abs(v) / axes[i]!.emergencyDecelerationPerS2));
  // A clock that stands still must not freeze the ramp.
  const remaining = 1 - Math.max(0.01, stepS(now)) / toRestS;
  return scaled(now.lastOutput, remaining > 1e-9 ? remaining : 0);
}
