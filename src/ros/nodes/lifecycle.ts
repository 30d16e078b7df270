/**
 * The state machine of a managed node (design.ros2.org/articles/node_lifecycle.html), as `rcl_lifecycle` numbers and labels it. Pure: a table.
 */
export const LIFECYCLE_STATES = {
  unknown: 0,
  unconfigured: 1,
  inactive: 2,
  active: 3,
  finalized: 4,
  configuring: 10,
  cleaningup: 11,
  shuttingdown: 12,
  activating: 13,
  deactivating: 14,
  errorprocessing: 15,
} as const;
export type LifecycleState = keyof typeof LIFECYCLE_STATES;

/** How the work of a transition ended. "failure" goes back to where it came from; "error" needs error processing. */
export type TransitionOutcome = "success" | "failure" | "error";

export interface LifecycleTransition {
  readonly id: number;
  readonly label: string;
  readonly from: LifecycleState;
  readonly to: LifecycleState;
}

/** A pass through a transition state: the request that starts it, and where each outcome leads. */
function pass(
  id: number,
  request: string,
  starts: readonly (readonly [id: number, from: LifecycleState])[],
  via: LifecycleState,
  outcomes: Readonly<Record<TransitionOutcome, LifecycleState>>,
): LifecycleTransition[] {
  return [
    ...starts.map(([startId, from]) => ({ id: startId, label: request, from, to: via })),
    { id, label: "transition_success", from: via, to: outcomes.success },
    { id: id + 1, label: "transition_failure", from: via, to: outcomes.failure },
    { id: id + 2, label: "transition_error", from: via, to: outcomes.error },
  ];
}

export const LIFECYCLE_TRANSITIONS: readonly LifecycleTransition[] = [
  ...pass(10, "configure", [[1, "unconfigured"]], "configuring", {
    success: "inactive",
    failure: "unconfigured",
    error: "errorprocessing",
  }),
  ...pass(20, "cleanup", [[2, "inactive"]], "cleaningup", { success: "unconfigured", failure: "inactive", error: "errorprocessing" }),
  ...pass(30, "activate", [[3, "inactive"]], "activating", { success: "active", failure: "inactive", error: "errorprocessing" }),
  ...pass(40, "deactivate", [[4, "active"]], "deactivating", { success: "inactive", failure: "active", error: "errorprocessing" }),
  ...pass(
    50,
    "shutdown",
    [
      [5, "unconfigured"],
      [6, "inactive"],
      [7, "active"],
    ],
    "shuttingdown",
    { success: "finalized", failure: "finalized", error: "errorprocessing" },
  ),
  ...pass(60, "", [], "errorprocessing", { success: "unconfigured", failure: "finalized", error: "finalized" }),
];

/** Transitions that may be requested in a state. */
export function availableTransitions(state: LifecycleState): LifecycleTransition[] {
  return LIFECYCLE_TRANSITIONS.filter((transition) => transition.from === state);
}

/** The transition that a request (by label if it has one, else by id) means in a state, if any. Outcomes can't be requested. */
export function requestedTransition(
  state: LifecycleState,
  request: { readonly id: number; readonly label: string },
): LifecycleTransition | undefined {
  return availableTransitions(state).find(
    (transition) =>
      !transition.label.startsWith("transition_") && (request.label ? transition.label === request.label : transition.id === request.id),
  );
}

export function outcomeTransition(via: LifecycleState, outcome: TransitionOutcome): LifecycleTransition {
  const transition = availableTransitions(via).find(({ label }) => label === `transition_${outcome}`);
  if (transition === undefined) throw new RangeError(`${via} is no transition state`);
  return transition;
}
