import type { TimedPlan } from "../../../src/core/cycle.js";
import { tensor, zeros } from "../../../src/math/tensor.js";

/** A plan for tests: what matters is given, the rest is plain. */
export function plan(given: {
  startNs?: bigint;
  freeNs?: bigint;
  stepNs?: bigint;
  goalId?: number;
  actions?: number[][];
  remaining?: number;
  goalXM?: number;
}): TimedPlan {
  const actions = given.actions ?? [[0, 0]];
  return {
    goalId: given.goalId ?? 1,
    startNs: given.startNs ?? 0n,
    freeNs: given.freeNs ?? given.startNs ?? 0n,
    frameNs: given.startNs ?? 0n,
    stepNs: given.stepNs ?? 200_000_000n,
    actions: tensor(Float32Array.from(actions.flat()), [actions.length, actions[0]!.length]),
    poses: zeros(actions.length + 1, 3),
    latents: zeros(actions.length, 1),
    energy: { total: 0, violation: 0, terms: {}, byIteration: [] },
    iterations: 1,
    durationNs: 0n,
    surprise: 1,
    goalPosition: { xM: given.goalXM ?? 1, yM: 0 },
    remaining: given.remaining ?? 1,
  };
}
