import type { Command } from "../core/command.js";
import type { Gate, Verdict } from "../core/gate.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Explorer, World } from "../core/world.js";
import { restOf } from "../guardrails/axes.js";

/** A policy in a simulated world with a gate around it, which remembers what it passed on. */
export class GatedPolicy {
  private lastOutput: Command;
  private lastOutputNs: bigint;

  constructor(
    private readonly policy: Explorer,
    private readonly world: World,
    private readonly gate: Gate,
    periodNs: bigint,
    robot: RobotDescription,
  ) {
    // At rest until now.
    this.lastOutput = restOf(robot);
    this.lastOutputNs = world.stampNs - periodNs;
  }

  /** To be called once a control period: what the gate makes of the policy's next command. */
  next(): Verdict {
    const { world } = this;
    const proposed = this.policy.next();
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
