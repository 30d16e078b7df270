import type { ControlOptions } from "./control-options.js";

/** Whether the robot comes nearer to its goal, by the remaining cost of its plans. */
export class ProgressWatch {
  private leastRemaining = Number.POSITIVE_INFINITY;
  private progressNs: bigint | undefined;
  private blockedNs: bigint | undefined;

  constructor(private readonly options: Pick<ControlOptions, "progressM" | "patienceNs">) {}

  /** @param remaining of the newest plan @returns whether the robot is blocked from now on */
  note(remaining: number, nowNs: bigint): boolean {
    const { progressM, patienceNs } = this.options;
    if (this.progressNs === undefined || remaining < this.leastRemaining - progressM) {
      this.leastRemaining = remaining;
      this.progressNs = nowNs;
      return false;
    }
    if (nowNs - this.progressNs <= patienceNs) return false;
    this.blockedNs = nowNs;
    return true;
  }

  /** For how long the robot has come no nearer. */
  stalledNs(nowNs: bigint): bigint {
    return this.progressNs === undefined ? 0n : nowNs - this.progressNs;
  }

  /** Whether a blocked robot has held still for long enough to try again. */
  mayRetry(nowNs: bigint): boolean {
    return nowNs - (this.blockedNs ?? nowNs) >= this.options.patienceNs / 2n;
  }

  forget(): void {
    this.leastRemaining = Number.POSITIVE_INFINITY;
    this.progressNs = undefined;
  }
}
