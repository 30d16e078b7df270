const COMMAND_LIFE_NS = 500_000_000;

interface Waiting {
  readonly values: readonly number[];
  readonly actsNs: number;
}

/**
 * Time in physics steps of one length, and the command in force in each: a command acts after a delay, from the next step that begins, for 0.5 s, as
 * drive controllers do; then the command is zero. However time is divided, the same steps are made. All of it is numbers, for a world's state.
 */
export class SteppedCommands {
  private elapsedNs = 0;
  private steppedNs = 0;
  private inForce: readonly number[];
  private endNs = 0;
  private waiting: Waiting[] = [];

  /** @param size numbers in a command */
  constructor(
    private readonly size: number,
    private readonly stepNs: number,
    private readonly delayNs: number,
    private readonly startNs: bigint,
  ) {
    this.inForce = new Array<number>(size).fill(0);
  }

  get stampNs(): bigint {
    return this.startNs + BigInt(this.elapsedNs);
  }

  /** What is not finite counts as a stop. */
  setCommand(values: readonly number[]): void {
    const finite = values.every(Number.isFinite);
    this.waiting.push({ values: finite ? values : values.map(() => 0), actsNs: this.elapsedNs + this.delayNs });
  }

  advance(durationNs: bigint, step: (command: readonly number[]) => void): void {
    if (durationNs < 0n) throw new RangeError(`time does not go back: advance(${durationNs})`);
    const endNs = this.elapsedNs + Number(durationNs);
    const rest = this.inForce.map(() => 0);
    while (this.steppedNs + this.stepNs <= endNs) {
      this.applyDueCommands();
      step(this.steppedNs < this.endNs ? this.inForce : rest);
      this.steppedNs += this.stepNs;
    }
    this.elapsedNs = endNs;
  }

  /** The command in force, how long it still is, and the time since the last step: `size` + 2 numbers. */
  head(): readonly number[] {
    return [...this.inForce, Math.max(0, this.endNs - this.steppedNs), this.elapsedNs - this.steppedNs];
  }

  /** Commands that do not act yet. */
  tail(): readonly number[] {
    return this.waiting.flatMap(({ values, actsNs }) => [...values, actsNs - this.elapsedNs]);
  }

  /** Time goes on from where it is. */
  restore(head: ArrayLike<number>, tail: ArrayLike<number>): void {
    const { size, elapsedNs } = this;
    this.inForce = Array.from({ length: size }, (_, i) => head[i]!);
    this.steppedNs = elapsedNs - head[size + 1]!;
    this.endNs = this.steppedNs + head[size]!;
    this.waiting = [];
    for (let at = 0; at < tail.length; at += size + 1) {
      this.waiting.push({ values: Array.from({ length: size }, (_, i) => tail[at + i]!), actsNs: elapsedNs + tail[at + size]! });
    }
  }

  private applyDueCommands(): void {
    for (let next = this.waiting[0]; next !== undefined && next.actsNs <= this.steppedNs; next = this.waiting[0]) {
      this.inForce = next.values;
      this.endNs = next.actsNs + COMMAND_LIFE_NS;
      this.waiting.shift();
    }
  }
}
