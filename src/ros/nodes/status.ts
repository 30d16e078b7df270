import type { Cycle } from "../../core/cycle.js";
import { RehearseError } from "../../core/error.js";
import type { Verdict } from "../../core/gate.js";
import type { Goal, GoalRequest } from "../../core/goal.js";
import { MODES, type Mode } from "../../core/mode.js";
import { type BuiltInViolationId, FORMER_IDS, type Violation } from "../../core/violation.js";
import { measurementOf } from "../../embodiment/measurement-of.js";
import type { LifecycleState } from "./lifecycle.js";

export const STATUS_SCHEMA = "rehearse.status/1";

/** The controller's state, published on `status` as JSON. Stamps are decimal strings: they don't fit a JavaScript number. */
export interface ControllerStatus {
  readonly schema: typeof STATUS_SCHEMA;
  readonly stampNs: string;
  readonly lifecycle: LifecycleState;
  readonly mode: Mode;
  /** The goal being pursued, and the form in which it was requested. */
  readonly goal?: StatusGoal;
  /** The last request that was refused, until one is accepted. */
  readonly refusal?: StatusRefusal;
  /** Why the newest frame was held back from planning; absent: it was not. */
  readonly heldBack?: StatusFault;
  /** Nobody takes what is proposed; absent: somebody does. */
  readonly unguarded?: StatusFault;
  readonly plan?: StatusPlan;
  /** Arm only: the angle of each joint, rad. */
  readonly joints?: Readonly<Record<string, number>>;
  readonly verdict?: { readonly kind: Verdict["kind"]; readonly because: readonly StatusViolation[] };
}

/** A number that is not finite, which JSON can't express, is null there and NaN here. */
export interface StatusViolation extends Violation {
  /** The same as `id`, by the name that it had in the release before. */
  readonly guardrail: string;
}

export interface StatusGoal {
  readonly id: number;
  readonly kind: Goal["kind"];
  /** Stamp of the request. */
  readonly requestNs: string;
  readonly xM?: number;
  readonly yM?: number;
  readonly yawRad?: number;
}

export interface StatusFault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** The fields of the error, by its code: `ErrorDetails`. */
  readonly details?: unknown;
}

export interface StatusRefusal extends StatusFault {
  readonly requestNs: string;
}

export interface StatusPlan {
  readonly goalId: number;
  readonly ageMs: number;
  readonly durationMs: number;
  readonly iterations: number;
  readonly energy: number;
  readonly violation: number;
  readonly surprise: number;
  /** Metres, or, where the goal is no place, multiples of what counts as reached. */
  readonly remaining: number;
  /** Where the model sees the goal; absent: it is no place. */
  readonly goalXM?: number;
  readonly goalYM?: number;
}

/** `0.42 m`; of goals that are no place `0.42 × tolerance`. */
export function toGo({ remaining, goalXM }: Pick<StatusPlan, "remaining" | "goalXM">): string {
  return `${remaining.toFixed(2)} ${goalXM === undefined ? "× tolerance" : "m"}`;
}

/** The parts of a status that come from the control cycle. @param joints names, of an arm */
export function statusOfCycle(
  cycle: Cycle,
  joints: readonly string[] = [],
): Pick<ControllerStatus, "mode" | "heldBack" | "plan" | "joints" | "verdict"> {
  const { plan, body, verdict, frameFault } = cycle;
  const because = verdict.kind === "pass" ? [] : verdict.because;
  return {
    mode: cycle.mode,
    verdict: {
      kind: verdict.kind,
      because: because.map((violation) => ({ guardrail: FORMER_IDS[violation.id as BuiltInViolationId] ?? violation.id, ...violation })),
    },
    ...(frameFault && { heldBack: frameFault.toJSON() }),
    ...(body && measurementOf(body).report(body, joints)),
    ...(plan && {
      plan: {
        goalId: plan.goalId,
        ageMs: ms(cycle.planAgeNs ?? 0n),
        durationMs: ms(plan.durationNs),
        iterations: plan.iterations,
        energy: plan.energy.total,
        violation: plan.energy.violation,
        surprise: plan.surprise,
        remaining: plan.remaining,
        ...(plan.goalPosition && { goalXM: plan.goalPosition.xM, goalYM: plan.goalPosition.yM }),
      },
    }),
  };
}

export function statusGoal(goal: Goal, request: GoalRequest): StatusGoal {
  const base = { id: goal.id, kind: goal.kind, requestNs: String(request.stampNs) };
  if (goal.kind === "image") return base;
  return { ...base, xM: goal.xM, yM: goal.yM, ...(goal.yawRad !== undefined && { yawRad: goal.yawRad }) };
}

export function statusRefusal(error: RehearseError, request: GoalRequest): StatusRefusal {
  return { ...error.toJSON(), requestNs: String(request.stampNs) };
}

/** @throws RehearseError RH-STATUS when it isn't such a status */
export function parseStatus(text: string): ControllerStatus {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const status = parsed as Partial<ControllerStatus> | null | undefined;
  if (status?.schema !== STATUS_SCHEMA || !MODES.includes(status.mode as Mode)) {
    throw new RehearseError(
      "RH-STATUS",
      `a status that isn't ${STATUS_SCHEMA} came in: ${text.slice(0, 80)}`,
      "another program publishes on this topic, or the controller is of another version",
    );
  }
  if (status.verdict === undefined) return status as ControllerStatus;
  const because = status.verdict.because.map((found) => ({ ...found, value: found.value ?? Number.NaN, limit: found.limit ?? Number.NaN }));
  return { ...status, verdict: { ...status.verdict, because } } as ControllerStatus;
}

function ms(ns: bigint): number {
  return Number(ns) / 1e6;
}
