import { type Command, sameCommand, slower, valuesOf } from "../core/command.js";
import type { Gate, Verdict } from "../core/gate.js";
import type { BodyState, CustomGuardrail, GateContext, GateRule, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { FailureId, Violation, ViolationId } from "../core/violation.js";
import { type Axis, axesOf, braked, restOf } from "../guardrails/axes.js";
import type { EmergencyLatch } from "../guardrails/history/emergency-latch.js";
import { gateRulesFor } from "../guardrails/index.js";
import { stop } from "../guardrails/rule.js";
import { isFiniteFor } from "../guardrails/rules/finite.js";
import { GateHistory } from "./gate-history.js";

/** Rules only shrink a command, so a few rounds converge; a rule that prevents convergence ends in zero. */
const MAX_ROUNDS = 8;

/**
 * The gate made of rules: finite → fresh → emergency stop → every guardrail, again and again until all agree. Its output is never faster
 * than what was proposed, on any axis, and admitting the output once more changes nothing.
 */
export class SafetyGate implements Gate {
  private readonly rules: readonly GateRule[];
  private readonly history: GateHistory;
  private readonly axes: readonly Axis[];
  private readonly rest: Command;
  private readonly whole: (values: readonly number[]) => boolean;

  /**
   * Throws RH-ROBOT-CEILING, RH-GUARDRAIL-MISSING. @param added the user's guardrails: checked after the built-in ones, which no list can leave out
   * @param comparesScanMotion whether a scan that moves otherwise than odometry stops the robot, until `reset`
   */
  constructor(robot: RobotDescription, added: readonly CustomGuardrail[] = [], comparesScanMotion = false) {
    this.rules = gateRulesFor(robot, added);
    this.history = new GateHistory(robot, comparesScanMotion);
    this.axes = axesOf(robot);
    this.rest = restOf(robot);
    this.whole = isFiniteFor(robot);
  }

  get emergencyStop(): EmergencyLatch {
    return this.history.emergencyStop;
  }

  /** A person lets the robot go on: ends the emergency stop, and believes a scanner again whose motion spoke against it. @returns false when the stop stays */
  reset(state: BodyState): boolean {
    if (!this.emergencyStop.reset(state)) return false;
    this.history.believeScanner();
    return true;
  }

  /** The longest time from one judgement to the next within the last seconds. */
  get worstIntervalS(): number {
    return this.history.worstIntervalS;
  }

  admit(proposed: Command | undefined, state: BodyState): Verdict {
    try {
      return this.judge(proposed, this.history.advance(state));
    } catch {
      return { kind: "stop", command: this.rest, because: [failed("gate").violation] };
    }
  }

  private judge(proposed: Command | undefined, context: GateContext): Verdict {
    if (proposed?.kind !== this.rest.kind) {
      const { violation } = stop(proposed === undefined ? "proposal" : "proposal.kind", 0, 1, "1");
      return { kind: "stop", command: this.stop(undefined, context), because: [violation] };
    }
    const met = new Map<ViolationId, Ruling>();
    const command = this.converged(proposed, context, (ruling, judged) => {
      if (!met.has(ruling.violation.id)) met.set(ruling.violation.id, ruling);
      // A rule can only move each number towards zero: an answer that does anything else counts as a broken rule.
      return ruling.allowed !== undefined && sameCommand(slower(ruling.allowed, judged), ruling.allowed) ? ruling.allowed : undefined;
    });
    const because: readonly Violation[] = [...met.values()].map(({ violation }) => violation);
    if (command === undefined) return { kind: "stop", command: this.stop(proposed, context), because };
    if (sameCommand(command, proposed)) return { kind: "pass", command: proposed };
    return { kind: [...met.values()].some(({ slows }) => slows) ? "slowdown" : "limited", command, because };
  }

  /** Braking along the present arc, not faster than what was proposed, and as much slower as the rules that apply demand. */
  private stop(proposed: Command | undefined, context: GateContext): Command {
    if (context.lastOutput.kind !== this.rest.kind) return this.rest;
    const ramp = braked(context, this.axes);
    const whole = proposed !== undefined && this.whole(valuesOf(proposed));
    const slowest = slower(ramp, whole ? proposed : ramp);
    return this.converged(slowest, context, ({ allowed }, judged) => (allowed ? slower(allowed, judged) : judged));
  }

  /** The command that all rules agree on; undefined when `respond` has no answer to one of their rulings. */
  private converged<Answer extends Command | undefined>(
    first: Command,
    context: GateContext,
    respond: (ruling: Ruling, judged: Command) => Answer,
  ): Answer | Command {
    let command = first;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = command;
      for (const rule of this.rules) {
        const ruling = rulingOf(rule, command, context);
        if (ruling === undefined) continue;
        const answer = respond(ruling, command);
        if (answer === undefined) return answer;
        command = answer;
      }
      if (sameCommand(command, before)) return command;
    }
    return this.rest;
  }
}

/** A rule that throws allows nothing. */
function rulingOf(rule: GateRule, command: Command, context: GateContext): Ruling | undefined {
  try {
    return rule.check(command, context);
  } catch {
    return failed(rule.id);
  }
}

function failed(who: GateRule["id"] | "gate"): Ruling<FailureId> {
  return stop(`${who}.failed`, 1, 0, "1");
}
