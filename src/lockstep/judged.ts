import type { Command } from "../core/command.js";
import type { Gate, Verdict } from "../core/gate.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { World } from "../core/world.js";
import { restOf } from "../guardrails/axes.js";

/** A gate that stands between a policy and a simulated world, and remembers what it let through. */
export class Judged {
  private lastOutput: Command;
  private lastOutputNs: bigint;

  constructor(
    private readonly world: World,
    private readonly gate: Gate,
    periodNs: bigint,
    robot: RobotDescription,
  ) {
    // Told to rest until now.
    this.lastOutput = restOf(robot);
    this.lastOutputNs = world.stampNs - periodNs;
  }

  /** To be called once a control period. */
  judge(proposed: Command): Verdict {
    const { world } = this;
    const nowNs = world.stampNs;
    const verdict = this.gate.admit(proposed, {
      nowNs,
      odometry: world.odometry?.(),
      joints: world.joints?.(),
      scan: world.scan?.(),
      odometryReceivedNs: nowNs,
      jointsReceivedNs: nowNs,
      scanReceivedNs: nowNs,
      commandReceivedNs: nowNs,
      lastOutput: this.lastOutput,
      lastOutputNs: this.lastOutputNs,
    });
    this.lastOutput = verdict.command;
    this.lastOutputNs = nowNs;
    return verdict;
  }
}
