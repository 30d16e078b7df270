import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/planner/pace.js";

const MS = 1_000_000n;

describe("Pace", () => {
  it("asks for everything until it knows how fast the machine is", () => {
    expect(new Pace().share(1n)).toBe(1);
  });

  it("asks for as much as leaves time for two iterations", () => {
    const pace = new Pace();
    pace.note(10n * MS, 1);
    expect(pace.share(20n * MS)).toBe(1);
    expect(pace.share(19n * MS)).toBe(0.75);
    expect(pace.share(10n * MS)).toBe(0.5);
    expect(pace.share(5n * MS)).toBe(0.25);
  });

  it("never asks for nothing, however late it is", () => {
    const pace = new Pace();
    pace.note(1000n * MS, 1);
    expect(pace.share(-5n * MS)).toBe(1 / 8);
  });

  it("judges a part of the candidates by its share of the whole, and follows the machine", () => {
    const pace = new Pace();
    pace.note(5n * MS, 0.5);
    expect(pace.share(21n * MS)).toBe(1);
    for (let i = 0; i < 30; i++) pace.note(10n * MS, 0.5); // half as fast from now on
    expect(pace.share(21n * MS)).toBe(0.5);
    for (let i = 0; i < 30; i++) pace.note(5n * MS, 0.5);
    expect(pace.share(21n * MS)).toBe(1);
  });
});
