import { clamp } from "../math/angle.js";
import { isBetter } from "./candidates.js";

/** Pairs of moves and changes of the gradient that a search remembers. */
const PAIRS = 6;
/** Factors on the trust radius after a rejected and after an accepted step. */
const SHRINK = 0.35;
const GROW = 1.6;

/**
 * One local search downhill: limited-memory BFGS (Liu & Nocedal 1989) within a trust region that shrinks when a step was worse, on the actions that are
 * not held by a bound (Byrd et al. 1995). A step into a guardrail is rejected, and makes it an active constraint: the next step may go no further along
 * the gradient of its violation than to where that gradient says that it is kept.
 */
export class LocalSearch {
  /** The best point yet. */
  readonly at: Float32Array;
  cost = 0;
  violation = 0;
  trustRadius = 0;

  private trialViolation = 0;
  private accepted = true;
  private readonly gradient: Float64Array;
  private readonly gradientBefore: Float64Array;
  private readonly from: Float64Array;
  private readonly direction: Float64Array;
  private readonly moves: Float64Array[];
  private readonly changes: Float64Array[];
  private readonly curvature = new Float64Array(PAIRS);
  private readonly alpha = new Float64Array(PAIRS);
  private pairs = 0;
  private newest = 0;
  /** The active constraint: d violation / d actions where a guardrail was last broken, that point, and the violation there. */
  private readonly constraint: Float64Array;
  private constraintAt: Float64Array;
  private constraintViolation = 0;
  private hasConstraint = false;
  private hasGradient = false;

  /** @param trial memory for the point tried last */
  constructor(readonly trial: Float32Array) {
    const size = trial.length;
    const vector = () => new Float64Array(size);
    this.at = new Float32Array(size);
    [this.gradient, this.gradientBefore, this.from, this.direction, this.constraint, this.constraintAt] = [
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

  begin(actions: Float32Array, cost: number, violation: number, trustRadius: number): void {
    this.at.set(actions);
    this.trial.set(actions);
    this.cost = cost;
    this.violation = violation;
    this.trialViolation = violation;
    this.accepted = true;
    this.pairs = 0;
    this.newest = 0;
    this.hasConstraint = false;
    this.hasGradient = false;
    this.trustRadius = trustRadius;
  }

  /** @param gradient at the point tried last: of the violation where that is broken, else of the cost */
  step(gradient: Float32Array): void {
    this.learn(gradient);
    this.propose();
  }

  private learn(gradient: Float32Array): void {
    const { size } = this;
    const broken = this.trialViolation > 0;
    if (broken && this.violation === 0) {
      // All that was learned is where the guardrail is.
      for (let i = 0; i < size; i++) {
        this.constraint[i] = finite(gradient[i]!);
        this.constraintAt[i] = this.trial[i]!;
      }
      this.constraintViolation = this.trialViolation;
      this.hasConstraint = true;
      return;
    }
    if (this.hasGradient) this.remember(gradient);
    if (!this.accepted) return;
    for (let i = 0; i < size; i++) this.gradient[i] = finite(gradient[i]!);
    this.hasGradient = true;
  }

  private propose(): void {
    const { size, direction, at, gradient } = this;
    for (let i = 0; i < size; i++) direction[i] = this.isHeld(i) ? 0 : -gradient[i]!;
    this.timesInverseCurvature();
    for (let i = 0; i < size; i++) if (this.isHeld(i)) direction[i] = 0;
    if (this.pairs === 0) this.scaleToTrustRegion();
    if (this.hasConstraint && this.violation === 0) this.projectOntoConstraint();
    let longest = 0;
    for (let i = 0; i < size; i++) longest = Math.max(longest, Math.abs(direction[i]!));
    const scale = longest > this.trustRadius ? this.trustRadius / longest : 1;
    for (let i = 0; i < size; i++) this.trial[i] = clamp(at[i]! + scale * direction[i]!, -1, 1);
  }

  acceptOrReject(cost: number, violation: number): void {
    this.trialViolation = violation;
    this.accepted = isBetter({ cost, violation }, this);
    if (!this.accepted) {
      // A guardrail is no plane: linearised where it was broken, it may forbid a step that it allows elsewhere.
      if (violation === 0 && this.hasConstraint) this.hasConstraint = false;
      else this.trustRadius *= SHRINK;
      return;
    }
    if (this.violation > 0 && violation === 0) {
      // From here on another function is descended.
      this.pairs = 0;
      this.hasGradient = false;
    }
    for (let i = 0; i < this.size; i++) {
      this.from[i] = this.at[i]!;
      this.gradientBefore[i] = this.gradient[i]!;
    }
    this.at.set(this.trial);
    this.cost = cost;
    this.violation = violation;
    this.trustRadius = Math.min(1, this.trustRadius * GROW);
  }

  private get size(): number {
    return this.at.length;
  }

  /** At a bound, and downhill is beyond it. */
  private isHeld(i: number): boolean {
    return (this.at[i]! >= 1 && this.gradient[i]! < 0) || (this.at[i]! <= -1 && this.gradient[i]! > 0);
  }

  private remember(gradient: Float32Array): void {
    const { size, trial, at, from, gradientBefore } = this;
    const next = this.pairs === 0 ? 0 : (this.newest + 1) % PAIRS;
    const [move, change] = [this.moves[next]!, this.changes[next]!];
    let product = 0;
    let squares = 0;
    let length = 0;
    for (let i = 0; i < size; i++) {
      // An accepted trial is where we are now, and was reached from where we were.
      move[i] = trial[i]! - (this.accepted ? from[i]! : at[i]!);
      change[i] = finite(gradient[i]!) - (this.accepted ? gradientBefore[i]! : this.gradient[i]!);
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

  /** Before anything is known of the curvature the scale of the gradient says nothing: as far as the trust region reaches. */
  private scaleToTrustRegion(): void {
    let longest = 0;
    for (const component of this.direction) longest = Math.max(longest, Math.abs(component));
    if (longest > 0) for (let i = 0; i < this.size; i++) this.direction[i]! *= this.trustRadius / longest;
  }

  private projectOntoConstraint(): void {
    const { direction, constraint, constraintAt, at } = this;
    const squared = dot(constraint, constraint);
    if (!(squared > 0)) return;
    // constraintViolation + constraint · (at + direction - constraintAt) <= 0
    let room = -this.constraintViolation;
    for (let i = 0; i < this.size; i++) room += constraint[i]! * (constraintAt[i]! - at[i]!);
    const excess = dot(constraint, direction) - room;
    if (excess > 0) addScaled(direction, -excess / squared, constraint);
  }
}

/** A component that is no number moves nothing. */
function finite(component: number): number {
  return Number.isFinite(component) ? component : 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(a: Float64Array, scale: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += scale * b[i]!;
}
