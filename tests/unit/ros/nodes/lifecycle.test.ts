import { describe, expect, it } from "vitest";
import {
  availableTransitions,
  LIFECYCLE_STATES,
  LIFECYCLE_TRANSITIONS,
  type LifecycleState,
  outcomeTransition,
  requestedTransition,
} from "../../../../src/ros/nodes/lifecycle.js";

const PRIMARY: LifecycleState[] = ["unconfigured", "inactive", "active", "finalized"];
const PASSING: LifecycleState[] = ["configuring", "cleaningup", "activating", "deactivating", "shuttingdown", "errorprocessing"];

describe("the lifecycle", () => {
  it("has the transitions of rcl_lifecycle, with its numbers", () => {
    const table = LIFECYCLE_TRANSITIONS.map(({ id, label, from, to }) => `${id} ${label} ${from} ${to}`).sort();
    expect(table).toEqual(
      [
        "1 configure unconfigured configuring",
        "10 transition_success configuring inactive",
        "11 transition_failure configuring unconfigured",
        "12 transition_error configuring errorprocessing",
        "2 cleanup inactive cleaningup",
        "20 transition_success cleaningup unconfigured",
        "21 transition_failure cleaningup inactive",
        "22 transition_error cleaningup errorprocessing",
        "3 activate inactive activating",
        "30 transition_success activating active",
        "31 transition_failure activating inactive",
        "32 transition_error activating errorprocessing",
        "4 deactivate active deactivating",
        "40 transition_success deactivating inactive",
        "41 transition_failure deactivating active",
        "42 transition_error deactivating errorprocessing",
        "5 shutdown unconfigured shuttingdown",
        "6 shutdown inactive shuttingdown",
        "7 shutdown active shuttingdown",
        "50 transition_success shuttingdown finalized",
        "51 transition_failure shuttingdown finalized",
        "52 transition_error shuttingdown errorprocessing",
        "60 transition_success errorprocessing unconfigured",
        "61 transition_failure errorprocessing finalized",
        "62 transition_error errorprocessing finalized",
      ].sort(),
    );
  });

  it("takes requests by label or by number, only in primary states, and never outcomes", () => {
    for (const state of Object.keys(LIFECYCLE_STATES) as LifecycleState[]) {
      for (const { id, label } of LIFECYCLE_TRANSITIONS) {
        for (const request of [
          { id, label: "" },
          { id: 0, label },
        ]) {
          const transition = requestedTransition(state, request);
          if (transition === undefined) continue;
          expect(PRIMARY).toContain(state);
          expect(transition.from).toBe(state);
          expect(PASSING).toContain(transition.to);
          expect(transition.label).not.toContain("transition_");
        }
      }
    }
    expect(requestedTransition("unconfigured", { id: 1, label: "" })?.to).toBe("configuring");
    expect(requestedTransition("active", { id: 0, label: "shutdown" })?.id).toBe(7);
    expect(requestedTransition("finalized", { id: 0, label: "configure" })).toBeUndefined();
  });

  it("leads out of every passing state, whatever the outcome", () => {
    for (const state of PASSING) {
      expect(availableTransitions(state)).toHaveLength(3);
      for (const outcome of ["success", "failure", "error"] as const) {
        expect([...PRIMARY, "errorprocessing"]).toContain(outcomeTransition(state, outcome).to);
      }
    }
    expect(() => outcomeTransition("active", "success")).toThrow(RangeError);
  });
});
