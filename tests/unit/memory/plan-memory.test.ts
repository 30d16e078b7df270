import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/math/random.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { type KeyOf, PlanMemory } from "../../../src/memory/plan-memory.js";

/** Latent and goal as they are. */
const keyOf: KeyOf = async (latent, goal) => [...values(latent), ...goal];
const at = (x: number) => tensor(Float32Array.of(x), [1]);
const plan = (n: number) => tensor(Float32Array.of(n, -n), [1, 2]);
const numbers = (found: readonly { data: Float32Array }[]) => found.map(({ data }) => data[0]);

describe("a memory of plans", () => {
  it("proposes nothing while it is empty", async () => {
    expect(await new PlanMemory(keyOf).propose(at(0), [0, 0])).toEqual([]);
  });

  it("proposes what was done in the nearest questions, nearest first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (questions, neighbours) => {
          const memory = new PlanMemory(keyOf, 64, neighbours);
          for (const [i, [x, y]] of questions.entries()) await memory.remember(at(x), [y, 0], plan(i));
          const distance = (i: number) => Math.hypot(questions[i]![0], questions[i]![1]);
          const wanted = [...questions.keys()].sort((a, b) => distance(a) - distance(b) || a - b).slice(0, neighbours);
          expect(numbers(await memory.propose(at(0), [0, 0])).map((n) => distance(n!))).toEqual(wanted.map(distance));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("forgets the oldest when it is full", async () => {
    const memory = new PlanMemory(keyOf, 3, 3);
    for (let i = 0; i < 5; i++) await memory.remember(at(i), [0, 0], plan(i));
    expect(memory.size).toBe(3);
    expect(numbers(await memory.propose(at(0), [0, 0]))).toEqual([2, 3, 4]);
  });

  it("keeps a copy: what becomes of the plan afterwards changes nothing", async () => {
    const memory = new PlanMemory(keyOf);
    const actions = plan(7);
    await memory.remember(at(0), [0, 0], actions);
    actions.data.fill(0);
    expect(numbers(await memory.propose(at(0), [0, 0]))).toEqual([7]);
  });

  it.each([
    ["a plan", at(0), plan(Number.NaN)],
    ["a question", at(Number.POSITIVE_INFINITY), plan(1)],
  ])("does not remember %s that is no number", async (_, latent, actions) => {
    const memory = new PlanMemory(keyOf);
    await memory.remember(latent, [0, 0], actions);
    expect(memory.size).toBe(0);
  });

  it("answers from four thousand plans in a fraction of a millisecond", async () => {
    const random = seededRandom(1);
    const memory = new PlanMemory(keyOf);
    const latent = () =>
      tensor(
        Float32Array.from({ length: 8 }, () => random.normal()),
        [8],
      );
    for (let i = 0; i < 4096; i++) await memory.remember(latent(), [0, 0], plan(i));
    for (let i = 0; i < 50; i++) await memory.propose(latent(), [0, 0]);
    const began = performance.now();
    for (let i = 0; i < 50; i++) await memory.propose(latent(), [0, 0]);
    // Ten times what it takes on a quiet machine.
    expect((performance.now() - began) / 50).toBeLessThan(3);
  });
});
