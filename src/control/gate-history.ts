import type { BodyState, GateContext, ModelUncertainty } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import { EmergencyLatch } from "../guardrails/history/emergency-latch.js";
import { EmptyView } from "../guardrails/history/empty-view.js";
import { JudgementIntervals } from "../guardrails/history/judgement-intervals.js";
import { MeasuredMotion } from "../guardrails/history/measured-motion.js";
import { RecentOutputs } from "../guardrails/history/recent-outputs.js";
import { UnchangedView } from "../guardrails/history/unchanged-view.js";
import { ScanMotion } from "./scan-motion.js";
import { ScanPlacement } from "./scan-placement.js";

/** All state that a gate keeps from tick to tick. Nothing else in it is stateful: its rules see this, and snapshots of it never change. */
export class GateHistory {
  readonly emergencyStop: EmergencyLatch;
  private readonly outputs = new RecentOutputs();
  private readonly motion: MeasuredMotion;
  private readonly intervals = new JudgementIntervals();
  private readonly view = new UnchangedView();
  private readonly sight = new EmptyView();
  private readonly placement: ScanPlacement;
  /** Absent: not compared. */
  private readonly scanMotion: ScanMotion | undefined;
  /** The longest time from one judgement to the next within the last seconds. */
  worstIntervalS = 0;
  private modelUncertainty: GateContext["modelUncertainty"] = { surprise: 0, uncertainty: 0 };

  /** @param comparesScanMotion only where somebody can say that a scanner was mended: in the guard */
  constructor(robot: RobotDescription, comparesScanMotion = false) {
    this.emergencyStop = new EmergencyLatch(robot);
    this.motion = new MeasuredMotion(robot);
    this.placement = new ScanPlacement(robot);
    this.scanMotion = comparesScanMotion ? new ScanMotion(robot) : undefined;
  }

  /** The scanner was mended, or was right all along. */
  believeScanner(): void {
    this.scanMotion?.forget();
  }

  /** Takes in what is known at one moment, once a tick. The same moment again gives the same. */
  advance(state: BodyState): GateContext {
    const motionFault = this.motion.advance(state);
    // Where odometry has jumped, what was seen before is of another place.
    if (motionFault?.id === "odometry.position" || motionFault?.id === "odometry.angle") {
      this.placement.forgetSeen();
      this.scanMotion?.beginAgain();
    }
    const obstacles = this.placement.advance(state);
    this.worstIntervalS = this.intervals.advance(state);
    this.modelUncertainty = inForce(this.modelUncertainty, state.modelUncertainty);
    return Object.freeze({
      ...state,
      obstacles,
      seenSectors: this.placement.sectors,
      outputs: this.outputs.advance(state),
      modelUncertainty: this.modelUncertainty,
      motionFault,
      movedInView: this.view.advance(state),
      nothingSeenS: this.sight.advance(state),
      scanDoubt: this.scanMotion?.advance(state),
      emergencyStopped: this.emergencyStop.active,
      worstIntervalS: this.worstIntervalS,
    });
  }
}

/** A number left out keeps its last value; NaN counts as the worst. */
function inForce(last: GateContext["modelUncertainty"], said: ModelUncertainty | undefined): GateContext["modelUncertainty"] {
  const number = (key: keyof ModelUncertainty) => {
    const value = said?.[key] ?? last[key];
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return { surprise: number("surprise"), uncertainty: number("uncertainty") };
}
