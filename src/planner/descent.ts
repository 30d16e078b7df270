import type { DifferentiableObjective, Objective } from "../core/objective.js";
import { clamp } from "../math/angle.js";
import { tensor, values } from "../math/tensor.js";
import { type Candidates, isBetter } from "./candidates.js";

/** Pairs of moves and changes of slope that a start remembers. */
const PAIRS = 6;
/** What a step that was worse leaves of the trust in the next, and what one that was better adds. */
const SHRINK = 0.35;
const GROW = 1.6;

/**
 * Several candidates that go downhill side by side, each on its own: limited-memory BFGS (Liu & Nocedal 1989) within a box that shrinks when a step
 * was worse, on the actions that are not held by a bound (Byrd et al. 1995). A step into a guardrail is taken back, and the next
 * one goes along the guardrail: against its slope where it was broken it may go no further than where that slope says it is kept.
 * A step costs one slope and one score of each.
 */
export class Descent {
  private readonly starts: Start[];
  private readonly probes: Float32Array;
  private readonly size: number;

  constructor(
    readonly count: number,
    private readonly steps: number,
    private readonly axes: number,
    private readonly radius: number,
  ) {
    this.size = steps * axes;
    this.probes = new Float32Array(count * this.size);
    this.starts = Array.from({ length: count }, (_, n) => new Start(this.probes.subarray(n * this.size, (n + 1) * this.size)));
  }

  /** Lets start `n` begin anew from a candidate that has its score. */
  begin(n: number, candidates: Candidates, row: number): void {
    this.starts[n]!.begin(candidates.row(row), candidates.costOf(row), candidates.violationOf(row), this.radius);
  }

  /** One step of each from where it is, as new rows of `candidates`, which are to be scored and then judged. */
  async step(objective: DifferentiableObjective, candidates: Candidates): Promise<void> {
    const slopes = values(await objective.gradient(tensor(this.probes, [this.count, this.steps, this.axes])));
    for (let n = 0; n < this.count; n++) {
      const start = this.starts[n]!;
      start.step(slopes.subarray(n * this.size, (n + 1) * this.size));
      candidates.add(start.probe);
    }
  }

  /** @param row of what `step` proposed for start 0 */
  judge(candidates: Candidates, row: number): void {
    for (let n = 0; n < this.count; n++) this.starts[n]!.judge(candidates.costOf(row + n), candidates.violationOf(row + n));
  }

  /** How far start `n` trusts its next step; what has come to rest trusts ever less. */
  radiusOf(n: number): number {
    return this.starts[n]!.radius;
  }

  /** Which start has got least far. */
  worst(): number {
    let worst = 0;
    for (let n = 1; n < this.count; n++) if (isBetter(this.starts[worst]!, this.starts[n]!)) worst = n;
    return worst;
  }

  /** Whether a candidate is better than where start `n` has got to. */
  isBetter(candidates: Candidates, row: number, n: number): boolean {
    return isBetter({ cost: candidates.costOf(row), violation: candidates.violationOf(row) }, this.starts[n]!);
  }
}

class Start {
  /** The best point yet. */
  readonly at: Float32Array;
  cost = 0;
  violation = 0;
  radius = 0;

  private probeViolation = 0;
  private accepted = true;
  private readonly slope: Float64Array;
  private readonly slopeBefore: Float64Array;
  private readonly from: Float64Array;
  private readonly direction: Float64Array;
  private readonly moves: Float64Array[];
  private readonly changes: Float64Array[];
  private readonly curvature = new Float64Array(PAIRS);
  private readonly alpha = new Float64Array(PAIRS);
  private pairs = 0;
  private newest = 0;
  /** d violation / d actions where a guardrail was last broken, and how far along it a step from here may go. */
  private readonly wall: Float64Array;
  private wallAt: Float64Array;
  private wallViolation = 0;
  private hasWall = false;
  private hasSlope = false;

  /** @param probe where the point tried last is kept */
  constructor(readonly probe: Float32Array) {
    const size = probe.length;
    const vector = () => new Float64Array(size);
    this.at = new Float32Array(size);
    [this.slope, this.slopeBefore, this.from, this.direction, this.wall, this.wallAt] = [
      vector(),
      vector(),
      vector(),
      vector(),
      vector(),
      vector(),
    ];
    this.moves = Array.from({ length: PAIRS }, vector);
    this.changes = Array.from({ length: PAIRS }, vector);
  }

  begin(actions: Float32Array, cost: number, violation: number, radius: number): void {
    this.at.set(actions);
    this.probe.set(actions);
    this.cost = cost;
    this.violation = violation;
    this.probeViolation = violation;
    this.accepted = true;
    this.pairs = 0;
    this.newest = 0;
    this.hasWall = false;
    this.hasSlope = false;
    this.radius = radius;
  }

  /** @param slope at the point tried last: of the violation where that is broken, else of the cost */
  step(slope: Float32Array): void {
    this.learn(slope);
    this.propose();
  }

  private learn(slope: Float32Array): void {
    const { size } = this;
    const broken = this.probeViolation > 0;
    if (broken && this.violation === 0) {
      // Only the guardrail was found out about.
      for (let i = 0; i < size; i++) {
        this.wall[i] = finite(slope[i]!);
        this.wallAt[i] = this.probe[i]!;
      }
      this.wallViolation = this.probeViolation;
      this.hasWall = true;
      return;
    }
    if (this.hasSlope) this.remember(slope);
    if (!this.accepted) return;
    for (let i = 0; i < size; i++) this.slope[i] = finite(slope[i]!);
    this.hasSlope = true;
  }

  private propose(): void {
    const { size, direction, at, slope } = this;
    for (let i = 0; i < size; i++) direction[i] = this.isHeld(i) ? 0 : -slope[i]!;
    this.timesInverseCurvature();
    for (let i = 0; i < size; i++) if (this.isHeld(i)) direction[i] = 0;
    if (this.pairs === 0) this.lengthen();
    if (this.hasWall && this.violation === 0) this.alongWall();
    let longest = 0;
    for (let i = 0; i < size; i++) longest = Math.max(longest, Math.abs(direction[i]!));
    const scale = longest > this.radius ? this.radius / longest : 1;
    for (let i = 0; i < size; i++) this.probe[i] = clamp(at[i]! + scale * direction[i]!, -1, 1);
  }

  judge(cost: number, violation: number): void {
    this.probeViolation = violation;
    this.accepted = isBetter({ cost, violation }, this);
    if (!this.accepted) {
      // A guardrail is no plane: what was learned of it where it was broken may hold back a step that it would let through elsewhere.
      if (violation === 0 && this.hasWall) this.hasWall = false;
      else this.radius *= SHRINK;
      return;
    }
    if (this.violation > 0 && violation === 0) {
      // From here on another function is descended.
      this.pairs = 0;
      this.hasSlope = false;
    }
    for (let i = 0; i < this.size; i++) {
      this.from[i] = this.at[i]!;
      this.slopeBefore[i] = this.slope[i]!;
    }
    this.at.set(this.probe);
    this.cost = cost;
    this.violation = violation;
    this.radius = Math.min(1, this.radius * GROW);
  }

  private get size(): number {
    return this.at.length;
  }

  /** At a bound, and downhill is beyond it. */
  private isHeld(i: number): boolean {
    return (this.at[i]! >= 1 && this.slope[i]! < 0) || (this.at[i]! <= -1 && this.slope[i]! > 0);
  }

  private remember(slope: Float32Array): void {
    const { size, probe, at, from, slopeBefore } = this;
    const next = this.pairs === 0 ? 0 : (this.newest + 1) % PAIRS;
    const [move, change] = [this.moves[next]!, this.changes[next]!];
    let product = 0;
    let squares = 0;
    let length = 0;
    for (let i = 0; i < size; i++) {
      // An accepted probe is where we are now, and was reached from where we were.
      move[i] = probe[i]! - (this.accepted ? from[i]! : at[i]!);
      change[i] = finite(slope[i]!) - (this.accepted ? slopeBefore[i]! : this.slope[i]!);
      product += move[i]! * change[i]!;
      squares += change[i]! * change[i]!;
      length += move[i]! * move[i]!;
    }
    if (!(product > 1e-4 * Math.sqrt(squares * length)) || !(product > 0)) return;
    this.curvature[next] = product;
    this.newest = next;
    this.pairs = Math.min(PAIRS, this.pairs + 1);
  }

  /** The two loops of L-BFGS, on `direction`. */
  private timesInverseCurvature(): void {
    if (this.pairs === 0) return;
    const { direction, moves, changes, curvature, alpha } = this;
    for (let k = 0; k < this.pairs; k++) {
      const j = (this.newest - k + PAIRS) % PAIRS;
      alpha[j] = dot(moves[j]!, direction) / curvature[j]!;
      addScaled(direction, -alpha[j]!, changes[j]!);
    }
    const newest = changes[this.newest]!;
    const scale = curvature[this.newest]! / dot(newest, newest);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
    for (let k = this.pairs - 1; k >= 0; k--) {
      const j = (this.newest - k + PAIRS) % PAIRS;
      addScaled(direction, alpha[j]! - dot(changes[j]!, direction) / curvature[j]!, moves[j]!);
    }
  }

  /** Before anything is known of the curvature the scale of the slope says nothing: as far as is trusted. */
  private lengthen(): void {
    let longest = 0;
    for (const way of this.direction) longest = Math.max(longest, Math.abs(way));
    if (longest > 0) for (let i = 0; i < this.size; i++) this.direction[i]! *= this.radius / longest;
  }

  private alongWall(): void {
    const { direction, wall, wallAt, at } = this;
    const squared = dot(wall, wall);
    if (!(squared > 0)) return;
    // wallViolation + wall · (at + direction - wallAt) <= 0
    let room = -this.wallViolation;
    for (let i = 0; i < this.size; i++) room += wall[i]! * (wallAt[i]! - at[i]!);
    const excess = dot(wall, direction) - room;
    if (excess > 0) addScaled(direction, -excess / squared, wall);
  }
}

export function isDifferentiable(objective: Objective): objective is DifferentiableObjective {
  return "gradient" in objective && typeof objective.gradient === "function";
}

/** A slope that is no number moves nothing. */
function finite(slope: number): number {
  return Number.isFinite(slope) ? slope : 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(a: Float64Array, scale: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += scale * b[i]!;
}
