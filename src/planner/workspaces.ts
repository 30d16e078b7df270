/** What a planner calculates in, kept from plan to plan: made once for each shape, and lent to one plan at a time. */
export class Workspaces<T> {
  private shape = "";
  private free: T[] = [];

  constructor(private readonly make: (steps: number, axes: number) => T) {}

  borrow(steps: number, axes: number): T {
    const shape = `${steps} ${axes}`;
    if (shape !== this.shape) this.free = [];
    this.shape = shape;
    return this.free.pop() ?? this.make(steps, axes);
  }

  /** Kept for the next plan, unless its shape is no longer the current one. */
  giveBack(workspace: T, steps: number, axes: number): void {
    if (`${steps} ${axes}` === this.shape) this.free.push(workspace);
  }
}
