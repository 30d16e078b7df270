import { expect, test } from "vitest";
import { Memory } from "../../../src/planner/memory.js";

test("what is given back is lent again; what is lent twice is made twice; another shape gets its own", () => {
  let made = 0;
  const memory = new Memory((steps, axes) => ({ id: made++, steps, axes }));
  const first = memory.borrow(9, 2);
  const second = memory.borrow(9, 2);
  expect([first.id, second.id]).toEqual([0, 1]);
  memory.giveBack(first, 9, 2);
  expect(memory.borrow(9, 2)).toBe(first);
  expect(memory.borrow(10, 2)).toEqual({ id: 2, steps: 10, axes: 2 });
  memory.giveBack(second, 9, 2);
  expect(memory.borrow(10, 2).id).toBe(3);
});
