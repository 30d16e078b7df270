import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  INITIAL_RUN,
  MODE_EVENTS,
  type ModeEvent,
  mayMove,
  modeOf,
  type RunState,
  transition,
  wantsPlan,
} from "../../../src/control/modes.js";
import { MODES } from "../../../src/core/mode.js";

const flags = Object.keys(INITIAL_RUN) as (keyof RunState)[];
const everyState: RunState[] = Array.from({ length: 2 ** flags.length }, (_, bits) =>
  Object.fromEntries(flags.map((flag, i) => [flag, (bits >> i) % 2 === 1])),
) as unknown as RunState[];

const after = (...events: ModeEvent[]) => modeOf(events.reduce(transition, INITIAL_RUN));

describe("modes, over every state and event", () => {
  it("allows motion only when configured, with a goal and a plan, fresh, not arrived, blocked, paused or e-stopped", () => {
    for (const s of everyState) {
      const free = s.configured && s.goal && s.planned && !s.arrived && !s.blocked && !s.paused && !s.estopped && !s.stale;
      expect(mayMove(modeOf(s))).toBe(free);
    }
  });

  it("stops at once on each restraining event, whatever the state", () => {
    for (const s of everyState)
      for (const event of ["pause", "estop", "stale", "cancel", "cleanup", "arrive", "plan-lost"] as const) {
        const next = transition(s, event);
        // `arrive` without a goal means nothing, and without a goal nothing moves.
        expect(mayMove(modeOf(next)), `${event} in ${JSON.stringify(s)}`).toBe(false);
      }
  });

  it("is idempotent: the same event twice is the event once", () => {
    for (const s of everyState)
      for (const event of MODE_EVENTS) {
        const once = transition(s, event);
        expect(transition(once, event)).toEqual(once);
      }
  });

  it("an e-stop outlives everything but its reset, and forgets the goal", () => {
    for (const s of everyState) {
      const stopped = transition(s, "estop");
      expect(stopped.goal).toBe(false);
      for (const event of MODE_EVENTS) if (event !== "estop-reset") expect(transition(stopped, event).estopped).toBe(true);
      expect(mayMove(modeOf(transition(stopped, "estop-reset")))).toBe(false);
    }
  });

  it("never moves right after data come back: a plan from before them is not played on", () => {
    for (const s of everyState) expect(mayMove(modeOf(transition(transition(s, "stale"), "fresh")))).toBe(false);
  });
});

describe("modes, the way of a run", () => {
  it.each<[ModeEvent[], string]>([
    [[], "unconfigured"],
    [["configure"], "stopped"],
    [["configure", "fresh"], "idle"],
    [["goal"], "unconfigured"],
    [["configure", "fresh", "goal"], "planning"],
    [["configure", "fresh", "goal", "plan"], "tracking"],
    [["configure", "fresh", "goal", "plan", "arrive"], "reached"],
    [["configure", "fresh", "goal", "plan", "arrive", "leave"], "planning"],
    [["configure", "fresh", "goal", "plan", "no-progress"], "blocked"],
    [["configure", "fresh", "goal", "plan", "no-progress", "plan"], "tracking"],
    [["configure", "fresh", "goal", "plan", "pause"], "stopped"],
    [["configure", "fresh", "goal", "plan", "pause", "resume"], "tracking"],
    [["configure", "fresh", "goal", "plan", "cancel"], "idle"],
    [["configure", "fresh", "goal", "plan", "arrive", "goal"], "planning"],
    [["configure", "fresh", "goal", "plan", "estop", "estop-reset"], "idle"],
    [["configure", "fresh", "goal", "plan", "cleanup"], "unconfigured"],
  ])("%j leads to %s", (events, mode) => expect(after(...events)).toBe(mode));

  it("reaches nothing but the seven modes, and wants plans only with a goal", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MODE_EVENTS), { maxLength: 40 }), (events) => {
        const state = events.reduce(transition, INITIAL_RUN);
        expect(MODES).toContain(modeOf(state));
        if (wantsPlan(modeOf(state))) expect(state.goal).toBe(true);
      }),
    );
  });
});
