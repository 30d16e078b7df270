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

  /** Of another shape than is asked for now, it is let go. */
  giveBack(workspace: T, steps: number, axes: number): void {
    if (`${steps} ${axes}` === this.shape) this.free.push(workspace);
  }
}
