import { expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { taskWorldDefinition } from "../../../../src/worlds/index.js";
import { Rope } from "../../../../src/worlds/rope/rope.js";
import { INSIDE_M } from "../../../../src/worlds/table/table.js";
import type { TableWorld } from "../../../../src/worlds/table/table-world.js";

function joints(numbers: Float64Array): number[] {
  return Array.from({ length: numbers.length / 2 - 1 }, (_, i) =>
    Math.hypot(numbers[2 * i + 2]! - numbers[2 * i]!, numbers[2 * i + 3]! - numbers[2 * i + 1]!),
  );
}

it("is laid at full length, inside the walls", () => {
  for (let seed = 0; seed < 20; seed++) {
    const rope = new Rope();
    rope.scatter(seededRandom(seed));
    for (const length of joints(rope.numbers)) expect(length).toBeCloseTo(0.02, 12);
    for (const value of rope.numbers) expect(Math.abs(value)).toBeLessThan(INSIDE_M);
  }
});

it("tells of points from end to end", () => {
  const rope = new Rope();
  rope.scatter(seededRandom(1));
  const truth = rope.truth();
  expect(truth).toHaveLength(rope.quantities.length);
  expect(truth.slice(0, 2)).toEqual([...rope.numbers.slice(0, 2)]);
  expect(truth.slice(-2)).toEqual([...rope.numbers.slice(-2)]);
});

it("neither stretches nor shrinks by much while it is pushed about", () => {
  const definition = taskWorldDefinition("rope");
  for (const seed of [7200, 7201]) {
    const world = definition.create({ seed }) as TableWorld;
    const explorer = definition.explorer(world, seededRandom(seed));
    for (let tick = 0; tick < 150; tick++) {
      world.command(explorer.next());
      world.advance(100_000_000n);
      const lengths = joints(world.contents.numbers);
      expect(Math.abs(lengths.reduce((sum, length) => sum + length, 0) / 0.48 - 1)).toBeLessThan(0.06);
      for (const length of lengths) expect(Math.abs(length - 0.02)).toBeLessThan(0.008);
    }
  }
});
