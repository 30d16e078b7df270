import { readRobotFile } from "../../../src/config/robot-file.js";
import type { JointVelocityCommand } from "../../../src/core/command.js";
import type { BodyState } from "../../../src/core/guardrail.js";
import type { RobotDescription } from "../../../src/core/robot-description.js";
import { MS, NOW_NS, unheld } from "./robot.js";

export const ARM: RobotDescription = readRobotFile("calibration/arm/robot.yaml");
export const OMNI: RobotDescription = unheld(readRobotFile("calibration/omni/robot.yaml"));

export function joints(...velocitiesRps: number[]): JointVelocityCommand {
  return { kind: "joint-velocities", velocitiesRps };
}

/** All fresh, in the middle of its ranges, moving as told, last output 20 ms ago. */
export function armState(velocitiesRps: readonly number[] = [0, 0], positionsRad = [0, 1], parts: Partial<BodyState> = {}): BodyState {
  return {
    nowNs: NOW_NS,
    odometry: undefined,
    scan: undefined,
    joints: { stampNs: NOW_NS, positionsRad, velocitiesRps },
    odometryReceivedNs: undefined,
    scanReceivedNs: undefined,
    jointsReceivedNs: NOW_NS,
    commandReceivedNs: NOW_NS,
    lastOutput: joints(...velocitiesRps),
    lastOutputNs: NOW_NS - 20n * MS,
    ...parts,
  };
}
