import type { DifferentiableObjective, Scores } from "../core/objective.js";
import type { Tensor } from "../core/tensor.js";
import { tensor, values } from "../math/tensor.js";

/** A planning problem whose lowest energy is known by other means than planning. What planners are tested and measured on. */
export interface KnownAnswer {
  readonly name: string;
  readonly steps: number;
  readonly axes: number;
  /** Lowest cost there is without violation, with actions in [-1, 1]. */
  readonly optimum: number;
  /** `[step, action]`: where it is reached. */
  readonly best: Float32Array;
  /** Counts from zero. */
  objective(): CountedObjective;
}

/** An objective that counts its evaluations. */
export interface CountedObjective extends DifferentiableObjective {
  /** Candidates scored. */
  readonly scored: number;
  /** Candidates that a gradient was computed for. */
  readonly gradientEvaluations: number;
}

/** One candidate at a time, in double precision: `row` begins at `at`. */
interface Landscape {
  cost(row: ArrayLike<number>, at: number): number;
  violation(row: ArrayLike<number>, at: number): number;
  /** Adds d cost / d actions; of a row that breaks a rule d violation / d actions. */
  gradient(row: Float32Array, at: number, into: Float32Array): void;
}

/**
 * Two carts pushed along two lines, from rest: finite-horizon LQR, x' = A x + B u, cost Σ (x'Q x + r u²) + x_H' P x_H. The optimum is that of the
 * backward Riccati recursion; it lies inside the bounds, so that they don't matter.
 */
export function linearQuadratic(steps = 10): KnownAnswer {
  const carts = [new Cart(steps, 0.5, 0), new Cart(steps, -0.35, 0.2)];
  const actions = carts.map((cart) => cart.riccati());
  return known("lqr", steps, cartPair(carts), interleave(actions));
}

/** The same carts so far from their goal that the bounds bind. A convex problem over a box: solved by coordinate descent, each exactly in turn. */
export function boundedCarts(steps = 20): KnownAnswer {
  const carts = [new Cart(steps, 2.5, 0), new Cart(steps, -1.5, -0.8)];
  const actions = carts.map((cart) => cart.withinBounds());
  return known("bounded", steps, cartPair(carts), interleave(actions));
}

/**
 * A point goes round discs between it and its goal. The straight path is blocked (a violation), and the paths round are valleys of their own. The
 * optimum: a search over all paths on a grid, whose path is then refined in ever narrower corridors (iterative dynamic programming, Luus 1990).
 */
export function discField(steps = 12): KnownAnswer {
  const field = new DiscField(steps);
  return known("discs", steps, field, field.bestActions());
}

export function knownAnswers(): KnownAnswer[] {
  return [linearQuadratic(), boundedCarts(), discField()];
}

function known(name: string, steps: number, landscape: Landscape, actions: ArrayLike<number>): KnownAnswer {
  const axes = 2;
  return {
    name,
    steps,
    axes,
    optimum: landscape.cost(actions, 0),
    best: Float32Array.from(actions),
    objective: () => new LandscapeObjective(landscape, steps * axes),
  };
}

class LandscapeObjective implements CountedObjective {
  scored = 0;
  gradientEvaluations = 0;

  constructor(
    private readonly landscape: Landscape,
    private readonly size: number,
  ) {}

  async score(actions: Tensor): Promise<Scores> {
    const rows = values(actions);
    const [samples] = actions.shape as [number];
    const [cost, violation] = [new Float32Array(samples), new Float32Array(samples)];
    for (let n = 0; n < samples; n++) {
      cost[n] = this.landscape.cost(rows, n * this.size);
      violation[n] = this.landscape.violation(rows, n * this.size);
    }
    this.scored += samples;
    return { cost, violation };
  }

  async gradient(actions: Tensor): Promise<Tensor> {
    const rows = values(actions);
    const [samples] = actions.shape as [number];
    const gradient = new Float32Array(rows.length);
    for (let n = 0; n < samples; n++) this.landscape.gradient(rows, n * this.size, gradient);
    this.gradientEvaluations += samples;
    return tensor(gradient, actions.shape);
  }
}

const CART_DT_S = 0.2;
/** m/s² per unit of action. */
const CART_GAIN = 1.5;
const CART_COST = { place: 1, speed: 0.1, action: 0.5, end: 5 } as const;

/** One axis: a mass pushed along a line. Its cost is a quadratic form of the actions: ½ u'M u + b'u + c. */
class Cart {
  constructor(
    private readonly steps: number,
    private readonly placeM: number,
    private readonly speedMps: number,
  ) {}

  /** @param stride from one of its actions to the next; `gradient`, if given, gets d cost / d action added at the same places */
  cost(row: ArrayLike<number>, at: number, stride: number, gradient?: Float32Array): number {
    const { steps } = this;
    const states = gradient && new Float64Array(2 * steps);
    let [x, v] = [this.placeM, this.speedMps];
    let sum = 0;
    for (let t = 0; t < steps; t++) {
      if (states !== undefined) {
        states[2 * t] = x;
        states[2 * t + 1] = v;
      }
      const u = row[at + t * stride]!;
      sum += CART_COST.place * x * x + CART_COST.speed * v * v + CART_COST.action * u * u;
      x += CART_DT_S * v + (CART_GAIN * CART_DT_S * CART_DT_S * u) / 2;
      v += CART_GAIN * CART_DT_S * u;
    }
    if (gradient !== undefined && states !== undefined) {
      let [px, pv] = [2 * CART_COST.end * x, 2 * CART_COST.end * v];
      for (let t = steps - 1; t >= 0; t--) {
        const i = at + t * stride;
        gradient[i]! += 2 * CART_COST.action * row[i]! + CART_GAIN * CART_DT_S * ((CART_DT_S / 2) * px + pv);
        pv = 2 * CART_COST.speed * states[2 * t + 1]! + CART_DT_S * px + pv;
        px = 2 * CART_COST.place * states[2 * t]! + px;
      }
    }
    return sum + CART_COST.end * (x * x + v * v);
  }

  /** The actions of the time-varying gains of P = Q + A'PA - A'PB (R + B'PB)^-1 B'PA, with A = [[1, dt], [0, 1]] and B = gain·[dt²/2, dt]. */
  riccati(): number[] {
    const [b1, b2] = [(CART_GAIN * CART_DT_S * CART_DT_S) / 2, CART_GAIN * CART_DT_S];
    let [p11, p12, p22]: [number, number, number] = [CART_COST.end, 0, CART_COST.end];
    const gains: [number, number][] = [];
    for (let t = 0; t < this.steps; t++) {
      const [pb1, pb2] = [p11 * b1 + p12 * b2, p12 * b1 + p22 * b2];
      const s = CART_COST.action + b1 * pb1 + b2 * pb2;
      const [k1, k2] = [pb1, CART_DT_S * pb1 + pb2]; // A'PB
      gains.unshift([k1 / s, k2 / s]);
      const [a11, a12] = [p11, CART_DT_S * p11 + p12];
      const a22 = CART_DT_S * CART_DT_S * p11 + 2 * CART_DT_S * p12 + p22;
      [p11, p12, p22] = [CART_COST.place + a11 - (k1 * k1) / s, a12 - (k1 * k2) / s, CART_COST.speed + a22 - (k2 * k2) / s];
    }
    let [x, v] = [this.placeM, this.speedMps];
    return gains.map(([k1, k2]) => {
      const u = -k1 * x - k2 * v;
      [x, v] = [x + CART_DT_S * v + b1 * u, v + b2 * u];
      return u;
    });
  }

  withinBounds(): number[] {
    const { steps } = this;
    const at = (u: readonly number[]) => this.cost(u, 0, 1);
    const unit = (...on: number[]) => Array.from({ length: steps }, (_, i) => on.filter((j) => j === i).length);
    const none = at(unit());
    // Entries of M and b from values of the form itself, which is exactly quadratic.
    const singles = Array.from({ length: steps }, (_, i) => at(unit(i)));
    const b = singles.map((single, i) => 2 * single - at(unit(i, i)) / 2 - 1.5 * none);
    const m = b.map((_, i) => b.map((_, j) => at(unit(i, j)) - singles[i]! - singles[j]! + none));
    const u = new Array<number>(steps).fill(0);
    for (let moved = 1; moved > 1e-12; ) {
      moved = 0;
      for (let i = 0; i < steps; i++) {
        let derivative = b[i]!;
        for (let j = 0; j < steps; j++) derivative += m[i]![j]! * u[j]!;
        const next = Math.min(1, Math.max(-1, u[i]! - derivative / m[i]![i]!));
        moved = Math.max(moved, Math.abs(next - u[i]!));
        u[i] = next;
      }
    }
    return u;
  }
}

function cartPair(carts: readonly Cart[]): Landscape {
  return {
    cost: (row, at) => carts.reduce((sum, cart, axis) => sum + cart.cost(row, at + axis, carts.length), 0),
    violation: () => 0,
    gradient: (row, at, into) => {
      carts.forEach((cart, axis) => {
        cart.cost(row, at + axis, carts.length, into);
      });
    },
  };
}

function interleave([first, second]: readonly number[][]): number[] {
  return first!.flatMap((action, step) => [action, second![step]!]);
}

/** x, y, radius; metres */
const DISCS = [
  [-0.45, 0.05, 0.3],
  [0.3, -0.3, 0.28],
  [0.35, 0.5, 0.32],
  [-0.1, -0.75, 0.25],
] as const;
const START = [-1.2, 0] as const;
const GOAL = [1.1, 0.15] as const;
/** Metres that an action of 1 moves in one step. */
const REACH_M = 0.4;
const CHECKS = 8;
const EFFORT = 0.05;
const END = 4;

class DiscField implements Landscape {
  constructor(private readonly steps: number) {}

  cost(row: ArrayLike<number>, at: number): number {
    let [x, y]: [number, number] = [...START];
    let effort = 0;
    for (let i = at; i < at + 2 * this.steps; i += 2) {
      const [ux, uy] = [row[i]!, row[i + 1]!];
      effort += ux * ux + uy * uy;
      x += REACH_M * ux;
      y += REACH_M * uy;
    }
    return EFFORT * effort + END * ((x - GOAL[0]) ** 2 + (y - GOAL[1]) ** 2);
  }

  violation(row: ArrayLike<number>, at: number): number {
    return this.worst(row, at)[0];
  }

  gradient(row: Float32Array, at: number, into: Float32Array): void {
    const [violation, step, fraction, awayX, awayY] = this.worst(row, at);
    if (violation > 0) {
      for (let t = 0; t <= step; t++) {
        const part = t < step ? 1 : fraction;
        into[at + 2 * t]! -= REACH_M * part * awayX;
        into[at + 2 * t + 1]! -= REACH_M * part * awayY;
      }
      return;
    }
    let [x, y]: [number, number] = [...START];
    for (let i = at; i < at + 2 * this.steps; i += 2) {
      x += REACH_M * row[i]!;
      y += REACH_M * row[i + 1]!;
    }
    for (let i = at; i < at + 2 * this.steps; i += 2) {
      into[i]! += 2 * EFFORT * row[i]! + 2 * END * REACH_M * (x - GOAL[0]);
      into[i + 1]! += 2 * EFFORT * row[i + 1]! + 2 * END * REACH_M * (y - GOAL[1]);
    }
  }

  /** How deep the path goes into a disc; where that is: step, fraction of it, and the unit vector out of the disc. */
  private worst(row: ArrayLike<number>, at: number): [number, number, number, number, number] {
    let [x, y]: [number, number] = [...START];
    let deepest = 0;
    const found: [number, number, number, number, number] = [0, 0, 0, 0, 0];
    for (let t = 0; t < this.steps; t++) {
      const dx = (REACH_M * row[at + 2 * t]!) / CHECKS;
      const dy = (REACH_M * row[at + 2 * t + 1]!) / CHECKS;
      for (let i = 1; i <= CHECKS; i++) {
        x += dx;
        y += dy;
        for (let d = 0; d < DISCS.length; d++) {
          const disc = DISCS[d]!;
          const ox = x - disc[0];
          const oy = y - disc[1];
          const nearest = disc[2] - deepest;
          if (ox * ox + oy * oy >= nearest * nearest) continue;
          const distance = Math.hypot(ox, oy);
          deepest = disc[2] - distance;
          found[0] = deepest;
          found[1] = t;
          found[2] = i / CHECKS;
          found[3] = ox / Math.max(distance, 1e-9);
          found[4] = oy / Math.max(distance, 1e-9);
        }
      }
    }
    return found;
  }

  bestActions(): number[] {
    let path = this.gridPath();
    for (let widthM = 0.05; widthM > 2e-5; widthM *= 0.85) path = this.corridorPath(path, widthM);
    return path.slice(1).flatMap(([x, y], t) => [(x - path[t]![0]) / REACH_M, (y - path[t]![1]) / REACH_M]);
  }

  /** What one step from a to b costs; Infinity where it is too far or not free. */
  private edge([ax, ay]: Point, [bx, by]: Point): number {
    const [ux, uy] = [(bx - ax) / REACH_M, (by - ay) / REACH_M];
    if (Math.abs(ux) > 1 + 1e-9 || Math.abs(uy) > 1 + 1e-9) return Number.POSITIVE_INFINITY;
    for (let i = 1; i <= CHECKS; i++) {
      const [x, y] = [ax + ((bx - ax) * i) / CHECKS, ay + ((by - ay) * i) / CHECKS];
      for (const [cx, cy, radius] of DISCS) if ((x - cx) ** 2 + (y - cy) ** 2 < radius * radius) return Number.POSITIVE_INFINITY;
    }
    return EFFORT * (ux * ux + uy * uy);
  }

  /** The cheapest path through layers of places, the first of which holds the start alone. */
  private cheapest(layers: readonly (readonly Point[])[], near: (from: number, layer: number) => Iterable<number>): Point[] {
    let costs = [0];
    const parents: number[][] = [];
    for (let t = 1; t < layers.length; t++) {
      const next = new Array<number>(layers[t]!.length).fill(Number.POSITIVE_INFINITY);
      const parent = new Array<number>(next.length).fill(-1);
      for (const [i, from] of layers[t - 1]!.entries()) {
        if (costs[i] === Number.POSITIVE_INFINITY) continue;
        for (const j of near(i, t)) {
          const cost = costs[i]! + this.edge(from, layers[t]![j]!);
          if (cost >= next[j]!) continue;
          next[j] = cost;
          parent[j] = i;
        }
      }
      parents.push(parent);
      costs = next;
    }
    const total = costs.map((cost, i) => {
      const [x, y] = layers.at(-1)![i]!;
      return cost + END * ((x - GOAL[0]) ** 2 + (y - GOAL[1]) ** 2);
    });
    let at = total.indexOf(Math.min(...total));
    const path: Point[] = [];
    for (let t = layers.length - 1; t >= 0; t--) {
      path.unshift(layers[t]![at]!);
      at = t > 0 ? parents[t - 1]![at]! : 0;
    }
    return path;
  }

  private gridPath(): Point[] {
    const [pitchM, columns, rows, span] = [0.1, 29, 25, 4];
    const grid: Point[] = Array.from({ length: columns * rows }, (_, i) => [
      START[0] - 2 * pitchM + (i % columns) * pitchM,
      (Math.floor(i / columns) - 12) * pitchM,
    ]);
    const startIndex = 12 * columns + 2;
    const layers = [[grid[startIndex]!], ...new Array<Point[]>(this.steps).fill(grid)];
    return this.cheapest(layers, function* (from, layer) {
      const i = layer === 1 ? startIndex : from;
      const [column, row] = [i % columns, Math.floor(i / columns)];
      for (let r = Math.max(0, row - span); r <= Math.min(rows - 1, row + span); r++)
        for (let c = Math.max(0, column - span); c <= Math.min(columns - 1, column + span); c++) yield r * columns + c;
    });
  }

  private corridorPath(path: readonly Point[], widthM: number): Point[] {
    const offsets = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [i * widthM, j * widthM] as const));
    const layers = path.map(([x, y], t): Point[] => (t === 0 ? [[x, y]] : offsets.map(([dx, dy]) => [x + dx, y + dy])));
    return this.cheapest(layers, () => offsets.keys());
  }
}

type Point = readonly [number, number];
