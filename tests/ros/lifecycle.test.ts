import { describe, expect, it } from "vitest";
import { LIFECYCLE_STATES, LIFECYCLE_TRANSITIONS } from "../../src/ros/nodes/lifecycle.js";
import { withRos } from "./support.js";

describe("the lifecycle", () => {
  const context = withRos();

  it("is that of rcl_lifecycle itself", () => {
    // rclnodejs's own managed node asks rcl for its table.
    const node = new context.ros.rcl.lifecycle.LifecycleNode("reference");
    const theirs = node.transitions as unknown as {
      transition: { id: number; label: string };
      startState: { id: number; label: string };
      goalState: { id: number; label: string };
    }[];
    const ours = LIFECYCLE_TRANSITIONS.map(({ id, label, from, to }) => [
      id,
      label,
      LIFECYCLE_STATES[from],
      from,
      LIFECYCLE_STATES[to],
      to,
    ]);
    const byId = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0]);
    expect(ours.sort(byId)).toEqual(
      theirs
        .map(({ transition, startState, goalState }) => [
          transition.id,
          transition.label,
          startState.id,
          startState.label,
          goalState.id,
          goalState.label,
        ])
        .sort(byId),
    );
    const states = node.availableStates as unknown as { id: number; label: string }[];
    expect(Object.entries(LIFECYCLE_STATES)).toEqual(states.map(({ id, label }) => [label, id]));
  });
});
