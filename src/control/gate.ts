import { type Command, STOP_TWIST, type TwistCommand } from "../core/command.js";
import type { Gate, Verdict } from "../core/gate.js";
import type { BodyState, Guardrail, Ruling, Violation } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan, Surroundings } from "../core/sensors.js";
import { braked } from "../guardrails/braking.js";
import { enforceCeilings } from "../guardrails/ceilings.js";
import { EmergencyStop } from "../guardrails/emergency-stop.js";
import { Finite } from "../guardrails/finite.js";
import { Freshness } from "../guardrails/freshness.js";
import { secondsBetween } from "../guardrails/seconds.js";
import { isFiniteTwist, sameTwist, slower } from "../guardrails/twist.js";
import { OdometryBuffer } from "./odometry-buffer.js";
import { surroundingsOf } from "./surroundings.js";

/** Rules only ever shrink a command, so a few rounds settle; a rule that keeps others from settling ends in zero. */
const MAX_ROUNDS = 8;

/**
 * The gate made of rules: finite → fresh → emergency stop → every guardrail, again and again until all agree. Its output is never faster
 * than what was proposed, on any axis, and admitting the output once more changes nothing.
 */
export class SafetyGate implements Gate {
  private readonly emergencyStop = new EmergencyStop();
  private readonly rules: readonly Guardrail[];
  private readonly odometry = new OdometryBuffer();
  private newestNowNs = 0n;
  private view: { readonly scan: LaserScan; readonly surroundings: Surroundings | undefined; readonly final: boolean } | undefined;

  /** Throws RH-ROBOT-CEILING. */
  constructor(
    guardrails: readonly Guardrail[],
    private readonly robot: RobotDescription,
  ) {
    enforceCeilings(robot);
    // These three come first whatever list was given: none of them can be left out.
    this.rules = [new Finite(), new Freshness(robot), this.emergencyStop, ...guardrails];
  }

  get emergencyStopped(): boolean {
    return this.emergencyStop.active;
  }

  setEmergencyStop(pressed: boolean): void {
    this.emergencyStop.set(pressed);
  }

  /** @returns false when the stop stays: the button is still held, or the robot is not known to be at rest */
  resetEmergencyStop(now: Pick<BodyState, "odometry" | "lastOutput">): boolean {
    return this.emergencyStop.reset(now);
  }

  admit(proposed: Command | undefined, now: BodyState): Verdict {
    try {
      return this.judge(proposed, { ...now, surroundings: this.placed(now) });
    } catch {
      return { kind: "stop", command: STOP_TWIST, because: [ruleFailed("gate")] };
    }
  }

  private judge(proposed: Command | undefined, now: BodyState): Verdict {
    const because = new Map<string, Violation>();
    if (proposed?.kind === "twist") {
      const command = this.settled(proposed, now, because);
      if (command !== undefined) {
        if (sameTwist(command, proposed)) return { kind: "pass", command: proposed };
        return { kind: "limited", command, because: [...because.values()] };
      }
    } else {
      because.set("proposal", { guardrail: "proposal", value: 0, limit: 1, unit: "1" });
    }
    return { kind: "stop", command: this.stop(proposed, now), because: [...because.values()] };
  }

  /** The command that all rules agree on; undefined when one of them can only answer with a stop. */
  private settled(proposed: TwistCommand, now: BodyState, because: Map<string, Violation>): TwistCommand | undefined {
    let command = proposed;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = command;
      for (const rule of this.rules) {
        const ruling = asked(rule, command, now);
        if (ruling === undefined) continue;
        if (!because.has(ruling.violation.guardrail)) because.set(ruling.violation.guardrail, ruling.violation);
        if (ruling.allowed?.kind !== "twist" || !sameTwist(slower(ruling.allowed, command), ruling.allowed)) return undefined;
        command = ruling.allowed;
      }
      if (sameTwist(command, before)) return command;
    }
    return STOP_TWIST;
  }

  /** Braking along the present arc, not faster than what was proposed, and as much slower as the rules that can be asked demand. */
  private stop(proposed: Command | undefined, now: BodyState): TwistCommand {
    if (now.lastOutput.kind !== "twist" || !isFiniteTwist(now.lastOutput)) return STOP_TWIST;
    const stepS = now.lastOutputNs === undefined ? 0 : secondsBetween(now.lastOutputNs, now.nowNs);
    let command = braked(now.lastOutput, stepS, this.robot);
    if (proposed?.kind === "twist" && isFiniteTwist(proposed)) command = slower(command, proposed);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = command;
      for (const rule of this.rules) {
        const allowed = asked(rule, command, now)?.allowed;
        if (allowed?.kind === "twist") command = slower(allowed, command);
      }
      if (sameTwist(command, before)) return command;
    }
    return STOP_TWIST;
  }

  /** The scan as points, from where the body was when it was taken. */
  private placed({ odometry, scan, nowNs }: BodyState) {
    // Time set back: what was seen "later" belongs to another time.
    if (nowNs < this.newestNowNs) {
      this.odometry.clear();
      this.view = undefined;
    }
    this.newestNowNs = nowNs;
    if (odometry === undefined || scan === undefined || this.robot.scanner === undefined) return undefined;
    this.odometry.push(odometry);
    if (this.view?.scan === scan && this.view.final) return this.view.surroundings;
    const then = this.odometry.at(scan.stampNs);
    const surroundings = then && surroundingsOf(scan, then.odomFromBase, this.robot.scanner.baseFromScan);
    // Between two samples of odometry nothing can change any more; ahead of the newest one it can.
    this.view = { scan, surroundings, final: odometry.stampNs >= scan.stampNs };
    return surroundings;
  }
}

/** A rule that throws has not said yes. */
function asked(rule: Guardrail, command: Command, now: BodyState): Ruling | undefined {
  try {
    return rule.check(command, now);
  } catch {
    return { violation: ruleFailed(rule.name) };
  }
}

function ruleFailed(rule: string): Violation {
  return { guardrail: `${rule}.failed`, value: 1, limit: 0, unit: "1" };
}
