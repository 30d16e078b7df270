import { expect, test } from "vitest";
import { type Counterexample, replay, searchGuard } from "../guard-search/search.js";

/** Judged commands; `npm run guard:search` for millions. */
const CASES = 26_000;

test("an adversary for each actuation finds no command that leaves the limits or drives into what could be seen", () => {
  const report = searchGuard(CASES, 2000);
  expect(report.counterexamples).toEqual([]);
  expect(report.cases).toBeGreaterThanOrEqual(CASES);
  // It does get at what it attacks: everything that can limit a robot had to.
  for (const rule of [
    "differential: slowdown braking-distance",
    "omnidirectional: slowdown braking-distance",
    "polygon: slowdown braking-distance",
    "joints: slowdown joint-range",
  ]) {
    expect(report.counts[rule], rule).toBeGreaterThan(25);
  }
  expect(report.counts["omnidirectional: limited lateral-acceleration"]).toBeGreaterThan(0);
  for (const drive of ["differential", "omnidirectional", "polygon", "joints"]) {
    for (const what of ["pass", "limited acceleration", "limited acceleration.jerk", "limited speed", "stop finite.command"]) {
      expect(report.counts[`${drive}: ${what}`], `${drive}: ${what}`).toBeGreaterThan(0);
    }
  }
}, 240_000);

/** What longer searches once found, as small as it got. */
const FOUND: readonly (Omit<Counterexample, "broken"> & { readonly was: string })[] = [
  {
    was: "a joint was still faster than its falling command, and coasted out of its range",
    subject: "joints",
    seed: 1000000011,
    moves: false,
    attack: [
      [0, 0, 0],
      [0, -1, 0],
      [0, -1, 0],
      [0, 0, 0],
      [0, -1, 0],
      [0, 0, 0],
      [0, -1, 0],
      [0, -1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  },
  {
    was: "between two measurements a joint had been told to go faster than either showed",
    subject: "joints",
    seed: 1000000002,
    moves: false,
    attack: [...Array.from({ length: 8 }, () => [0, 0, 0]), [0, -1, 0], [Number.NaN, 0, 0], [0, -1, 0], [0, -1, 0]],
  },
  {
    was: "what came nearer was a little faster than measured, and the robot's brakes acted half a second later",
    subject: "late",
    seed: 7000026,
    moves: true,
    attack: [-1, -1, 0, 0, 0, 0, -1, -1, 0].map((ahead) => [ahead, 0, 0, 0]),
  },
  {
    was: "a turn was still on its way when the robot was told to go, and it went elsewhere than it had been judged to",
    subject: "late",
    seed: 5000002,
    moves: true,
    attack: [
      [0, 0, 1, 0],
      [-1.5, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  },
];

test.each(FOUND)("no more: $was", (found) => {
  expect(replay(found).broken).toEqual([]);
});
