import type { Tensor } from "../core/tensor.js";
import type { GoalVector, Proposals } from "../core/world-model.js";
import { tensor, values } from "../math/tensor.js";

/** Maps a latent and a goal to a feature vector: similar planning problems have nearby keys, and each entry counts about alike. */
export type KeyOf = (latent: Tensor, goal: GoalVector) => Promise<ArrayLike<number>>;

/**
 * Plans of similar problems: a fixed number of plans by the key of their problem, and the nearest of them as proposals. Compares with every one of
 * them, which for some thousand takes less time than any index would save. When it is full the oldest is dropped.
 */
export class PlanMemory implements Proposals {
  private keys: Float32Array = new Float32Array(0);
  private keySize = 0;
  private readonly plans: Tensor[] = [];
  private oldest = 0;

  constructor(
    private readonly keyOf: KeyOf,
    private readonly capacity = 4096,
    private readonly neighbours = 4,
  ) {}

  get size(): number {
    return this.plans.length;
  }

  /** @param actions `[step, action]`, copied. What is not finite is not remembered. */
  async remember(latent: Tensor, goal: GoalVector, actions: Tensor): Promise<void> {
    const key = await this.keyOf(latent, goal);
    const plan = values(actions).slice();
    if (!Array.from(key).every(Number.isFinite) || !plan.every(Number.isFinite)) return;
    if (this.keys.length === 0) {
      this.keySize = key.length;
      this.keys = new Float32Array(this.capacity * key.length);
    }
    const at = this.plans.length < this.capacity ? this.plans.length : this.oldest++ % this.capacity;
    this.keys.set(key, at * this.keySize);
    this.plans[at] = tensor(plan, actions.shape);
  }

  /** @returns the nearest, nearest first; none while nothing is remembered */
  async propose(latent: Tensor, goal: GoalVector): Promise<readonly Tensor[]> {
    if (this.plans.length === 0) return [];
    const key = await this.keyOf(latent, goal);
    const { keys, keySize } = this;
    const nearest: { at: number; distance: number }[] = [];
    for (let at = 0; at < this.plans.length; at++) {
      let distance = 0;
      for (let i = 0; i < keySize; i++) distance += (keys[at * keySize + i]! - key[i]!) ** 2;
      if (nearest.length === this.neighbours && !(distance < nearest.at(-1)!.distance)) continue;
      if (nearest.length === this.neighbours) nearest.pop();
      let rank = nearest.length;
      while (rank > 0 && distance < nearest[rank - 1]!.distance) rank--;
      nearest.splice(rank, 0, { at, distance });
    }
    return nearest.map(({ at }) => this.plans[at]!);
  }
}
