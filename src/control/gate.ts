import type { Odometry, Pose2 } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { Gate, Verdict } from "../core/gate.js";
import type { BodyState, Guardrail, Ruling, Violation } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan, Surroundings } from "../core/sensors.js";
import { axesOf, braked, restOf, sameCommand, slower } from "../guardrails/axes.js";
import { enforceCeilings } from "../guardrails/ceilings.js";
import { stop } from "../guardrails/rule.js";
import { EmergencyStop } from "../guardrails/rules/emergency-stop.js";
import { finite } from "../guardrails/rules/finite.js";
import { freshness } from "../guardrails/rules/freshness.js";
import { BodyBuffer } from "./body-buffer.js";
import { surroundingsOf } from "./surroundings.js";

/** Rules only ever shrink a command, so a few rounds settle; a rule that keeps others from settling ends in zero. */
const MAX_ROUNDS = 8;

/**
 * The gate made of rules: finite → fresh → emergency stop → every guardrail, again and again until all agree. Its output is never faster
 * than what was proposed, on any axis, and admitting the output once more changes nothing.
 */
export class SafetyGate implements Gate {
  readonly emergencyStop: EmergencyStop;
  private readonly rules: readonly Guardrail[];
  private readonly rest: Command;
  private readonly odometry = new BodyBuffer<Odometry>();
  private newestNowNs = 0n;
  private scan: LaserScan | undefined;
  private surroundings: Surroundings | undefined;
  private before: Surroundings | undefined;
  /** Where the body was when the scan was taken. */
  private from: Pose2 | undefined;

  /** Throws RH-ROBOT-CEILING. */
  constructor(
    guardrails: readonly Guardrail[],
    private readonly robot: RobotDescription,
  ) {
    enforceCeilings(robot);
    this.rest = restOf(robot);
    this.emergencyStop = new EmergencyStop(robot);
    // These three come first whatever list was given: none of them can be left out.
    this.rules = [finite(robot), freshness(robot), this.emergencyStop, ...guardrails];
  }

  admit(proposed: Command | undefined, now: BodyState): Verdict {
    try {
      return this.judge(proposed, { ...now, surroundings: this.placed(now) });
    } catch {
      return { kind: "stop", command: this.rest, because: [failed("gate").violation] };
    }
  }

  private judge(proposed: Command | undefined, now: BodyState): Verdict {
    if (proposed?.kind !== this.rest.kind) {
      return { kind: "stop", command: this.stop(undefined, now), because: [stop("proposal", 0, 1, "1").violation] };
    }
    const met = new Map<string, Ruling>();
    const command = this.settled(proposed, now, (ruling, asked) => {
      if (!met.has(ruling.violation.guardrail)) met.set(ruling.violation.guardrail, ruling);
      // A rule can only move each number towards zero: an answer that does anything else counts as a broken rule.
      return ruling.allowed !== undefined && sameCommand(slower(ruling.allowed, asked), ruling.allowed) ? ruling.allowed : undefined;
    });
    const because: readonly Violation[] = [...met.values()].map(({ violation }) => violation);
    if (command === undefined) return { kind: "stop", command: this.stop(proposed, now), because };
    if (sameCommand(command, proposed)) return { kind: "pass", command: proposed };
    return { kind: [...met.values()].some(({ slows }) => slows) ? "slowdown" : "limited", command, because };
  }

  /** Braking along the present arc, not faster than what was proposed, and as much slower as the rules that can be asked demand. */
  private stop(proposed: Command | undefined, now: BodyState): Command {
    if (now.lastOutput.kind !== this.rest.kind) return this.rest;
    const ramp = braked(now, axesOf(this.robot));
    const whole = proposed !== undefined && this.rules[0]!.check(proposed, now)?.violation.guardrail !== "finite.command";
    const slowest = slower(ramp, whole ? proposed : ramp);
    return this.settled(slowest, now, ({ allowed }, asked) => (allowed ? slower(allowed, asked) : asked));
  }

  /** The command that all rules agree on; undefined when `heed` has no answer to what one of them says. */
  private settled<Answer extends Command | undefined>(
    first: Command,
    now: BodyState,
    heed: (ruling: Ruling, asked: Command) => Answer,
  ): Answer | Command {
    let command = first;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = command;
      for (const rule of this.rules) {
        const ruling = asked(rule, command, now);
        if (ruling === undefined) continue;
        const answer = heed(ruling, command);
        if (answer === undefined) return answer;
        command = answer;
      }
      if (sameCommand(command, before)) return command;
    }
    return this.rest;
  }

  /** The scan as points, from where the body was when it was taken. */
  private placed({ odometry, scan, nowNs }: BodyState) {
    // Time set back: what was seen "later" belongs to another time.
    if (nowNs < this.newestNowNs) {
      this.odometry.clear();
      this.scan = this.surroundings = this.before = undefined;
    }
    this.newestNowNs = nowNs;
    if (odometry === undefined || scan === undefined || this.robot.scanner === undefined) return undefined;
    this.odometry.push(odometry);
    // What moves is known by comparison with the scan before, not with this one as it was placed a moment ago.
    if (scan !== this.scan) this.before = this.surroundings ?? this.before;
    const from = this.odometry.at(scan.stampNs)?.odomFromBase;
    // Between two scans the points stay what they are, unless it becomes known better where they were seen from.
    if (scan !== this.scan || !samePose(from, this.from)) {
      this.surroundings = from && surroundingsOf(scan, from, this.robot.scanner.baseFromScan, this.before);
    }
    [this.scan, this.from] = [scan, from];
    return this.surroundings;
  }
}

function samePose(a: Pose2 | undefined, b: Pose2 | undefined): boolean {
  return a?.xM === b?.xM && a?.yM === b?.yM && a?.yawRad === b?.yawRad;
}

/** A rule that throws has not said yes. */
function asked(rule: Guardrail, command: Command, now: BodyState): Ruling | undefined {
  try {
    return rule.check(command, now);
  } catch {
    return failed(rule.name);
  }
}

function failed(rule: string): Ruling {
  return stop(`${rule}.failed`, 1, 0, "1");
}
