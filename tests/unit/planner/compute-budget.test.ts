import { describe, expect, it } from "vitest";
import { ComputeBudget } from "../../../src/planner/compute-budget.js";

const MS = 1_000_000n;

describe("ComputeBudget", () => {
  it("asks for everything until it knows how fast the machine is", () => {
    expect(new ComputeBudget().fraction(1n)).toBe(1);
  });

  it("asks for as much as leaves time for two iterations", () => {
    const budget = new ComputeBudget();
    budget.note(10n * MS, 1);
    expect(budget.fraction(20n * MS)).toBe(1);
    expect(budget.fraction(19n * MS)).toBe(0.75);
    expect(budget.fraction(10n * MS)).toBe(0.5);
    expect(budget.fraction(5n * MS)).toBe(0.25);
  });

  it("never asks for nothing, however late it is", () => {
    const budget = new ComputeBudget();
    budget.note(1000n * MS, 1);
    expect(budget.fraction(-5n * MS)).toBe(1 / 8);
  });

  it("judges a part of the candidates by its fraction of the whole, and follows the machine", () => {
    const budget = new ComputeBudget();
    budget.note(5n * MS, 0.5);
    expect(budget.fraction(21n * MS)).toBe(1);
    for (let i = 0; i < 30; i++) budget.note(10n * MS, 0.5); // half as fast from now on
    expect(budget.fraction(21n * MS)).toBe(0.5);
    for (let i = 0; i < 30; i++) budget.note(5n * MS, 0.5);
    expect(budget.fraction(21n * MS)).toBe(1);
  });
});
