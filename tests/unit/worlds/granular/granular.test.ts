import { expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { GRAIN_RADIUS_M, GRAINS, Grains } from "../../../../src/worlds/granular/grains.js";
import { taskWorldDefinition } from "../../../../src/worlds/index.js";
import { INSIDE_M } from "../../../../src/worlds/table/table.js";
import type { TableWorld } from "../../../../src/worlds/table/table-world.js";

/** How deep the two that are deepest in one another are, metres. */
function deepest(numbers: Float64Array): number {
  let depth = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      depth = Math.max(depth, 2 * GRAIN_RADIUS_M - Math.hypot(numbers[i]! - numbers[j]!, numbers[i + 1]! - numbers[j + 1]!));
    }
  }
  return depth;
}

it("lays at least 50 grains beside one another, inside the walls", () => {
  expect(GRAINS).toBeGreaterThanOrEqual(50);
  for (let seed = 0; seed < 20; seed++) {
    const grains = new Grains();
    grains.scatter(seededRandom(seed));
    expect(deepest(grains.numbers)).toBe(0);
    for (const value of grains.numbers) expect(Math.abs(value)).toBeLessThan(INSIDE_M - GRAIN_RADIUS_M);
  }
});

it("tells mean and spread", () => {
  const grains = new Grains();
  for (let i = 0; i < GRAINS; i++) grains.numbers.set([i % 2 === 0 ? 0.1 : 0.2, -0.05], 2 * i);
  expect(grains.truth().slice(0, 4)).toEqual([
    expect.closeTo(0.15, 9),
    expect.closeTo(-0.05, 9),
    expect.closeTo(0.05, 9),
    expect.closeTo(0, 6),
  ]);
});

it("tells where every grain is", () => {
  const grains = new Grains();
  grains.scatter(seededRandom(3));
  const truth = Object.fromEntries(grains.quantities.map(({ name }, i) => [name, grains.truth()[i]!]));
  expect(grains.quantities).toHaveLength(4 + 2 * GRAINS);
  for (let i = 0; i < GRAINS; i++)
    expect([truth[`grain.${i}.x`], truth[`grain.${i}.y`]]).toEqual([...grains.numbers.subarray(2 * i, 2 * i + 2)]);
});

it("keeps grains apart while they are pushed about", () => {
  const definition = taskWorldDefinition("granular");
  const world = definition.create({ seed: 7100 }) as TableWorld;
  const explorer = definition.explorer(world, seededRandom(7100));
  for (let tick = 0; tick < 150; tick++) {
    world.command(explorer.next());
    world.advance(100_000_000n);
    expect(deepest(world.contents.numbers)).toBeLessThan(0.35 * GRAIN_RADIUS_M);
  }
});

it("judges by how far grains are off, whichever grain is where", () => {
  const definition = taskWorldDefinition("granular");
  const { start } = definition.episode(7101);
  const swapped = start.slice();
  swapped.copyWithin(8, 10, 12);
  swapped.set(start.subarray(8, 10), 10);
  expect(definition.judge(swapped, start)).toEqual({ error: 0, benchmark: true, strict: true });
  const shifted = start.slice();
  for (let i = 8; i < shifted.length; i += 2) shifted[i]! += 0.002;
  expect(definition.judge(shifted, start).error).toBeCloseTo(4, 6);
});
