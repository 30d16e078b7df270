import type { Clock } from "../../src/core/clock.js";
import type { DifferentiableObjective, Objective } from "../../src/core/objective.js";
import type { Plan, Planner } from "../../src/core/planner.js";
import type { Tensor } from "../../src/core/tensor.js";
import { seededRandom } from "../../src/math/random.js";
import { values, zeros } from "../../src/math/tensor.js";

/** A planning problem whose answer is known by other means than planning. */
export interface Problem {
  readonly steps: number;
  readonly axes: number;
  readonly cost: (actions: Float32Array) => number;
  readonly violation?: (actions: Float32Array) => number;
  /** Lowest cost there is with actions in [-1, 1] (and no violation). */
  readonly optimum: number;
}

/** The problem as planners see it. Counts what it is asked; the gradient is by central differences. */
export class ProblemObjective implements DifferentiableObjective {
  evaluations = 0;
  largest = 0;

  constructor(private readonly problem: Pick<Problem, "cost" | "violation">) {}

  async score(actions: Tensor) {
    const rows = this.rows(actions);
    this.evaluations += rows.length;
    return {
      cost: Float32Array.from(rows, (row) => this.problem.cost(row)),
      violation: Float32Array.from(rows, (row) => this.problem.violation?.(row) ?? 0),
    };
  }

  async gradient(actions: Tensor) {
    const gradient = zeros(...actions.shape);
    const size = actions.shape[1]! * actions.shape[2]!;
    this.rows(actions).forEach((row, n) => {
      const broken = this.problem.violation !== undefined && this.problem.violation(row) > 0;
      const falling = broken ? this.problem.violation! : this.problem.cost;
      for (let i = 0; i < size; i++) {
        const [up, down] = [row.slice(), row.slice()];
        up[i]! += 1e-3;
        down[i]! -= 1e-3;
        gradient.data[n * size + i] = (falling(up) - falling(down)) / (up[i]! - down[i]!);
      }
    });
    return gradient;
  }

  private rows(actions: Tensor): Float32Array[] {
    const [samples, steps, axes] = actions.shape as [number, number, number];
    const data = values(actions);
    for (const action of data) this.largest = Math.max(this.largest, Math.abs(action));
    return Array.from({ length: samples }, (_, n) => data.slice(n * steps * axes, (n + 1) * steps * axes));
  }
}

/** Squared distance from a target that bends in time and is partly outside the bounds, with axes of unlike weight. */
export function quadratic(steps = 6, axes = 2): Problem & { readonly best: Float32Array } {
  const target = Array.from({ length: steps * axes }, (_, i) => 1.3 * Math.sin(1 + 0.8 * Math.floor(i / axes) + 2 * (i % axes)));
  const weight = (i: number) => (i % 2 === 0 ? 1 : 4);
  const cost = (actions: ArrayLike<number>) => target.reduce((sum, t, i) => sum + weight(i) * (actions[i]! - t) ** 2, 0);
  const best = Float32Array.from(target, (t) => Math.min(1, Math.max(-1, t)));
  return { steps, axes, cost, best, optimum: cost(best) };
}

/**
 * A mass pushed along a line, from rest at 0.5 m: finite-horizon LQR, x' = A x + B u, cost Σ (q·x² + r·u²) + x_H' P x_H. The optimum comes from the
 * backward Riccati recursion; its actions stay inside the bounds, so that they don't matter.
 */
export function doubleIntegrator(steps = 10): Problem {
  const dt = 0.2;
  const q = [1, 0.1] as const;
  const r = 0.5;
  const gain = 1.5; // m/s² per unit of action
  const end = 5;
  const start = [0.5, 0] as const;

  const cost = (actions: ArrayLike<number>) => {
    let [x, v]: [number, number] = [...start];
    let sum = 0;
    for (let t = 0; t < steps; t++) {
      sum += q[0] * x * x + q[1] * v * v + r * actions[t]! ** 2;
      const a = gain * actions[t]!;
      [x, v] = [x + dt * v + (dt * dt * a) / 2, v + dt * a];
    }
    return sum + end * (x * x + v * v);
  };

  // P = Q + A'PA - A'PB (R + B'PB)^-1 B'PA for A = [[1, dt], [0, 1]], B = gain·[dt²/2, dt].
  let [p11, p12, p22] = [end, 0, end];
  const [b1, b2] = [(gain * dt * dt) / 2, gain * dt];
  for (let t = 0; t < steps; t++) {
    const [pb1, pb2] = [p11 * b1 + p12 * b2, p12 * b1 + p22 * b2];
    const s = r + b1 * pb1 + b2 * pb2;
    const [k1, k2] = [pb1, dt * pb1 + pb2]; // A'PB
    const a11 = p11;
    const a12 = dt * p11 + p12;
    const a22 = dt * dt * p11 + 2 * dt * p12 + p22;
    [p11, p12, p22] = [q[0] + a11 - (k1 * k1) / s, a12 - (k1 * k2) / s, q[1] + a22 - (k2 * k2) / s];
  }
  return { steps, axes: 1, cost, optimum: p11 * start[0] ** 2 + 2 * p12 * start[0] * start[1] + p22 * start[1] ** 2 };
}

/**
 * A point goes round discs that stand between it and its goal: two steps, x and y, so that a dense search over all actions is possible. The
 * straight way is closed (a violation), the ways round above and below are valleys of their own, and standing still is one too.
 */
export function obstacleField(): Problem {
  const [startX, startY, goalX, goalY] = [-1, 0, 1, 0.1];
  const discs = [
    [0, 0, 0.4],
    [0, 0.85, 0.3],
    [0.5, -0.65, 0.2],
  ] as const;
  const reach = 1.4;
  const pathOf = (actions: ArrayLike<number>, visit: (x: number, y: number) => void) => {
    let [x, y] = [startX!, startY!];
    for (let step = 0; step < 2; step++) {
      const [dx, dy] = [actions[2 * step]! * reach, actions[2 * step + 1]! * reach];
      for (let i = 1; i <= 12; i++) visit(x + (dx * i) / 12, y + (dy * i) / 12);
      x += dx;
      y += dy;
    }
    return Math.hypot(x - goalX!, y - goalY!);
  };
  const cost = (actions: ArrayLike<number>) => {
    let effort = 0;
    for (let i = 0; i < 4; i++) effort += actions[i]! ** 2;
    return pathOf(actions, () => {}) + 0.1 * effort;
  };
  const violation = (actions: ArrayLike<number>) => {
    let worst = 0;
    pathOf(actions, (x, y) => {
      for (const [cx, cy, radius] of discs) worst = Math.max(worst, (radius - Math.hypot(x - cx, y - cy)) / radius);
    });
    return worst;
  };
  return { steps: 2, axes: 2, cost, violation, optimum: denseSearch(cost, violation, 4) };
}

/** The lowest cost without violation: the best points of a grid over all actions, each then improved by ever smaller grids around it. */
function denseSearch(cost: (actions: number[]) => number, violation: (actions: number[]) => number, size: number): number {
  const kept: { value: number; actions: number[] }[] = [];
  const visit = (centre: number[], width: number, points: number, found: (value: number, actions: number[]) => void) => {
    for (let i = 0; i < points ** size; i++) {
      let rest = i;
      const actions = centre.map((c) => {
        const offset = width * ((2 * (rest % points)) / (points - 1) - 1);
        rest = Math.floor(rest / points);
        return Math.min(1, Math.max(-1, c + offset));
      });
      const value = cost(actions);
      if (value < (kept[0]?.value ?? Number.POSITIVE_INFINITY) * 1.3 && violation(actions) === 0) found(value, actions);
    }
  };
  visit(new Array(size).fill(0), 1, 25, (value, actions) => {
    kept.push({ value, actions });
    kept.sort((a, b) => a.value - b.value);
    kept.length = Math.min(kept.length, 30);
  });
  for (const point of kept) {
    for (let width = 0.08; width > 1e-4; width *= 0.6) {
      visit(point.actions, width, 3, (value, actions) => {
        if (value < point.value) Object.assign(point, { value, actions });
      });
    }
  }
  return Math.min(...kept.map((point) => point.value));
}

/** How much of what there is to gain over doing nothing a plan leaves: 0 is the optimum, 1 no gain. */
export function gap(problem: Problem, plan: Plan): number {
  return (plan.cost - problem.optimum) / (problem.cost(new Float32Array(problem.steps * problem.axes)) - problem.optimum);
}

/** The plan after so many iterations. */
export async function planFor(
  planner: Planner,
  objective: ProblemObjective,
  problem: Pick<Problem, "steps" | "axes">,
  iterations: number,
  seed = 1,
  warmStart: Tensor = zeros(problem.steps, problem.axes),
): Promise<Plan> {
  return (await plansOf(planner, objective, warmStart, iterations, seed)).at(-1)!;
}

export async function plansOf(
  planner: Planner,
  objective: Objective,
  warmStart: Tensor,
  iterations: number,
  seed = 1,
  guesses?: readonly Tensor[],
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for await (const plan of planner.improve(objective, warmStart, seededRandom(seed), guesses)) {
    plans.push(plan);
    if (plans.length === iterations) break;
  }
  return plans;
}

/** A clock that moves only when told to. */
export class SimulatedClock implements Clock {
  constructor(private timeNs = 0n) {}
  nowNs() {
    return this.timeNs;
  }
  steadyNs() {
    return this.timeNs;
  }
  advance(ns: bigint) {
    this.timeNs += ns;
  }
}
