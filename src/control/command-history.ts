/** What was sent to the robot, by time; normalised actions. A command holds until the next one. */
export class CommandHistory {
  private readonly stamps: bigint[] = [];
  private readonly actions: (readonly number[])[] = [];

  constructor(
    /** What counts as having been sent before the first record: the action that means "stand still". */
    private readonly rest: readonly number[],
    private readonly spanNs: bigint = 3_000_000_000n,
  ) {}

  record(stampNs: bigint, action: readonly number[]): void {
    const newest = this.stamps.at(-1);
    if (newest !== undefined && stampNs < newest) this.clear();
    this.stamps.push(stampNs);
    this.actions.push(action);
    while (this.stamps.length > 2 && stampNs - this.stamps[0]! > this.spanNs) {
      this.stamps.shift();
      this.actions.shift();
    }
  }

  clear(): void {
    this.stamps.length = 0;
    this.actions.length = 0;
  }

  /** The action in force at `stampNs`. */
  at(stampNs: bigint): readonly number[] {
    for (let i = this.stamps.length - 1; i >= 0; i--) if (this.stamps[i]! <= stampNs) return this.actions[i]!;
    return this.rest;
  }
}
