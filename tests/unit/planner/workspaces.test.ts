import { expect, test } from "vitest";
import { Workspaces } from "../../../src/planner/workspaces.js";

test("what is given back is lent again; what is lent twice is made twice; another shape gets its own", () => {
  let made = 0;
  const workspaces = new Workspaces((steps, axes) => ({ id: made++, steps, axes }));
  const first = workspaces.borrow(9, 2);
  const second = workspaces.borrow(9, 2);
  expect([first.id, second.id]).toEqual([0, 1]);
  workspaces.giveBack(first, 9, 2);
  expect(workspaces.borrow(9, 2)).toBe(first);
  expect(workspaces.borrow(10, 2)).toEqual({ id: 2, steps: 10, axes: 2 });
  workspaces.giveBack(second, 9, 2);
  expect(workspaces.borrow(10, 2).id).toBe(3);
});
