import type { BodyMeasurement, JointState, Odometry } from "../core/body.js";
import type { Clock } from "../core/clock.js";
import type { Command } from "../core/command.js";
import type { Verdict } from "../core/gate.js";
import type { BodyState, CustomGuardrail, ModelUncertainty } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { LaserScan } from "../core/sensors.js";
import type { Violation } from "../core/violation.js";
import { embodimentOf } from "../embodiment/index.js";
import { measurementOf } from "../embodiment/measurement-of.js";
import { restOf } from "../guardrails/axes.js";
import { secondsBetween } from "../math/seconds.js";
import { SafetyGate } from "./gate.js";
import { ScanFrames } from "./scan-frame.js";

export const GUARD_RATE_HZ = 50;

/** A stamp this much before the newest one, by a clock that went back as well, is a clock set back, not a late message. */
const CLOCK_BACK_NS = 100_000_000n;

export interface GuardReport {
  readonly verdict: Verdict;
  readonly emergencyStopped: boolean;
  /** The longest time from one judgement to the next within the last seconds, and what the robot file counts on. */
  readonly interval: { readonly worstS: number; readonly allowedS: number };
  /** Since the start: ticks by verdict, ticks by rule and kind (`limited speed`), refused inputs (`repeated command`). */
  readonly counts: Readonly<Record<string, number>>;
}

interface Input<T> {
  readonly value: T;
  readonly stampNs: bigint;
  readonly receivedSteadyNs: bigint;
}

interface Inputs {
  readonly command?: Input<Command>;
  readonly odometry?: Input<Odometry>;
  readonly joints?: Input<JointState>;
  readonly scan?: Input<LaserScan>;
}

/**
 * The guard process without its process: newest inputs in, one command out at every tick, whatever else happens or stops happening.
 * Ages of arrival are of the steady clock, so that no jump or halt of ROS time makes old data count as fresh; stamps are compared with ROS time.
 */
export class Guard {
  private readonly gate: SafetyGate;
  private readonly frames: ScanFrames;
  private inputs: Inputs = {};
  private modelUncertainty: ModelUncertainty = {};
  private zonesM: BodyState["zonesM"] = [];
  private lastOutput: Command;
  private lastOutputSteadyNs: bigint | undefined;
  private newestNowNs = 0n;
  /** The newest command came without a stamp, and was refused for that. */
  private unstamped = false;
  private readonly counts: Record<string, number> = {};

  /** Throws RH-ROBOT-CEILING, RH-GUARDRAIL-MISSING. @param added the user's guardrails, checked after the built-in ones */
  constructor(
    private readonly robot: RobotDescription,
    private readonly clock: Clock,
    added: readonly CustomGuardrail[] = [],
  ) {
    this.gate = new SafetyGate(robot, added, true);
    this.frames = new ScanFrames(robot.scanner?.frame);
    this.lastOutput = restOf(robot);
  }

  /** @param stampNs of the message's header: a command without a stamp is an old one */
  onCommand(command: Command, stampNs: bigint): void {
    this.unstamped = stampNs === 0n;
    this.take("command", command, stampNs, this.robot.staleness.commandS);
  }

  /** Odometry, or, of an arm, joint states. */
  onBody(body: BodyMeasurement): void {
    this.take(measurementOf(body).name, body, body.stampNs, this.robot.staleness.odometryS);
  }

  /** @throws RehearseError RH-SCAN-FRAME for a scan of another frame than the robot file's: where it was seen from is not known */
  onScan(scan: LaserScan): void {
    this.frames.expect(scan, () => this.count("foreign scan"));
    this.take("scan", scan, scan.stampNs, this.robot.staleness.scanS);
  }

  onModelUncertainty(reported: ModelUncertainty): void {
    const { surprise = this.modelUncertainty.surprise, uncertainty = this.modelUncertainty.uncertainty } = reported;
    this.modelUncertainty = { surprise, uncertainty };
  }

  /** Where it must not be from now on, besides what the robot file says: all zones that are said. */
  onZones(zonesM: BodyState["zonesM"]): void {
    this.zonesM = zonesM;
  }

  /** Pressing latches; releasing alone does not end the stop. */
  onEmergencyStop(pressed: boolean): void {
    this.gate.emergencyStop.set(pressed);
  }

  /** Ends an emergency stop, and one for a scanner whose motion contradicted odometry. @returns false while the button is held, or the robot is not known, from fresh measurement, to be at rest */
  reset(): boolean {
    const body = this.inputs[embodimentOf(this.robot).measurement.name];
    if (!body || secondsBetween(body.receivedSteadyNs, this.clock.steadyNs()) > this.robot.staleness.odometryS) return false;
    if (!this.gate.reset(this.state())) return false;
    // A command received during the stop must not start the robot, nor be played after it.
    const command = { value: this.lastOutput, stampNs: this.clock.nowNs(), receivedSteadyNs: this.clock.steadyNs() };
    this.inputs = { ...this.inputs, command };
    return true;
  }

  /** What to publish now: call at `GUARD_RATE_HZ`. Never throws. @param held why the robot has to stop, whatever is proposed */
  tick(held?: Violation): GuardReport {
    this.watchClock();
    const proposed = held && !this.gate.emergencyStop.active ? undefined : this.inputs.command?.value;
    const verdict = this.explained(this.gate.admit(proposed, this.state()), held);
    const interval = { worstS: this.gate.worstIntervalS, allowedS: this.robot.response.reactionS };
    this.lastOutput = verdict.command;
    this.lastOutputSteadyNs = this.clock.steadyNs();
    this.count(verdict.kind);
    if (verdict.kind !== "pass") for (const { id } of verdict.because) this.count(`${verdict.kind} ${id}`);
    return { verdict, emergencyStopped: this.gate.emergencyStop.active, interval, counts: this.counts };
  }

  /** The newest value wins; one from the future, an old one, and one that is not newer is refused. */
  private take<K extends keyof Inputs>(name: K, value: NonNullable<Inputs[K]>["value"], stampNs: bigint, maxAgeS: number): void {
    this.watchClock();
    const ageS = secondsBetween(stampNs, this.clock.nowNs());
    let refusal: "future" | "old" | "repeated" | undefined;
    if (ageS < -this.robot.staleness.futureS) refusal = "future";
    else if (ageS > maxAgeS) refusal = "old";
    else if (stampNs <= (this.inputs[name]?.stampNs ?? -1n)) refusal = "repeated";
    if (refusal !== undefined) this.count(`${refusal} ${name}`);
    else this.inputs = { ...this.inputs, [name]: { value, stampNs, receivedSteadyNs: this.clock.steadyNs() } };
  }

  /** Why a guard has no command, where that is known: the first message that a user with wrong wiring reads. */
  private explained(verdict: Verdict, held: Violation | undefined): Verdict {
    if (verdict.kind !== "stop") return verdict;
    if (this.frames.foreign && verdict.because[0]?.id === "freshness.scan") return this.frames.explained(verdict);
    if (verdict.because[0]?.id !== "proposal") return verdict;
    if (held) return { ...verdict, because: [held] };
    const id = this.clock.nowNs() === 0n ? "proposal.clock" : this.unstamped ? "proposal.unstamped" : "proposal";
    return { ...verdict, because: [{ ...verdict.because[0], id }] };
  }

  private state(): BodyState {
    const nowNs = this.clock.nowNs();
    const steadyNs = this.clock.steadyNs();
    // Steady ages, written as times of the ROS clock.
    const onRosTime = (thenSteadyNs: bigint | undefined) => (thenSteadyNs === undefined ? undefined : nowNs - (steadyNs - thenSteadyNs));
    const { command, odometry, joints, scan } = this.inputs;
    const arrivedNs = onRosTime(command?.receivedSteadyNs);
    return {
      nowNs,
      odometry: odometry?.value,
      joints: joints?.value,
      scan: scan?.value,
      modelUncertainty: this.modelUncertainty,
      zonesM: this.zonesM,
      odometryReceivedNs: onRosTime(odometry?.receivedSteadyNs),
      jointsReceivedNs: onRosTime(joints?.receivedSteadyNs),
      scanReceivedNs: onRosTime(scan?.receivedSteadyNs),
      // However late it arrives, it does not count for longer than from its stamp.
      commandReceivedNs: command !== undefined && command.stampNs < arrivedNs! ? command.stampNs : arrivedNs,
      lastOutput: this.lastOutput,
      lastOutputNs: onRosTime(this.lastOutputSteadyNs),
    };
  }

  /** ROS time set back (a simulation that starts again): the inputs belong to another time. The robot stops until all of them are new. */
  private watchClock(): void {
    const nowNs = this.clock.nowNs();
    if (nowNs < this.newestNowNs - CLOCK_BACK_NS) {
      this.inputs = {};
      this.count("clock set back");
    } else if (nowNs < this.newestNowNs) return;
    this.newestNowNs = nowNs;
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
