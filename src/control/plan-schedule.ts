/** A planner that has been silent for so long counts as hung; the robot has long been stopped by then. */
const HUNG_NS = 3_000_000_000n;

/**
 * When the next plan is requested: one at a time, none twice of one frame, and no sooner than a period after the last. The newest frame wins;
 * none waits. Times are of the steady clock, which counts what planning takes; in simulated time there is only one.
 */
export class PlanSchedule {
  private requestedNs: bigint | undefined;
  private requestedFrameNs: bigint | undefined;
  private waiting = false;
  private requests = 0;

  isDue(frameNs: bigint, steadyNs: bigint, periodNs: bigint): boolean {
    if (this.waiting || frameNs === this.requestedFrameNs) return false;
    return this.requestedNs === undefined || steadyNs - this.requestedNs >= periodNs;
  }

  /** @returns the number of the request */
  begin(frameNs: bigint, steadyNs: bigint): number {
    this.requestedFrameNs = frameNs;
    this.requestedNs = steadyNs;
    this.waiting = true;
    return this.requests++;
  }

  /** The plan came, or will not come. */
  end(): void {
    this.waiting = false;
  }

  isHung(steadyNs: bigint): boolean {
    return this.waiting && this.requestedNs !== undefined && steadyNs - this.requestedNs > HUNG_NS;
  }

  /** The planner was started anew; it gets one full period before the next request. */
  restart(steadyNs: bigint): void {
    this.waiting = false;
    this.requestedNs = steadyNs;
  }

  /** What was planned from is planned from again: for another goal. */
  forgetFrame(): void {
    this.requestedFrameNs = undefined;
  }
}
