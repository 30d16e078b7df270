import type { TimedPlan } from "../core/cycle.js";
import type { ErrorCode } from "../core/error-code.js";
import type { PlanRequest } from "../core/plan-request.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import { tensor, values } from "../math/tensor.js";
import type { ParameterTable } from "../parameters/parameter.js";
import type { PlannerSetup } from "./planner-setup.js";

/** A tensor as plain data: class instances don't survive the transfer between threads. */
export interface PackedTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export type PackedPlan = Omit<TimedPlan, "actions" | "poses" | "latents"> & {
  readonly actions: PackedTensor;
  readonly poses: PackedTensor | undefined;
  readonly latents: PackedTensor;
};

export type PackedRequest = Omit<PlanRequest, "previous"> & {
  readonly previous: { readonly actions: PackedTensor; readonly startNs: bigint; readonly stepNs: bigint } | undefined;
};

/** To the planner thread. */
export type ToPlanner =
  | { readonly kind: "plan"; readonly id: number; readonly request: PackedRequest }
  | { readonly kind: "imagine"; readonly id: number; readonly latents: PackedTensor; readonly stampNs: bigint }
  | { readonly kind: "adjust"; readonly id: number; readonly setup: PlannerSetup }
  | { readonly kind: "close" };

/** From the planner thread. */
export type FromPlanner =
  | { readonly kind: "ready"; readonly declared: ParameterTable }
  | { readonly kind: "planned"; readonly id: number; readonly plan: PackedPlan }
  | { readonly kind: "adjusted"; readonly id: number; readonly declared: ParameterTable }
  | { readonly kind: "imagined"; readonly id: number; readonly frames: readonly CameraFrame[] }
  | { readonly kind: "failed"; readonly id: number | undefined; readonly error: PackedError };

export interface PackedError {
  /** Absent: an unexpected error. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly fix: string;
  readonly details?: unknown;
}

export function packTensor(t: Tensor): PackedTensor {
  return { data: values(t), shape: [...t.shape] };
}

export function unpackTensor(packed: PackedTensor): Tensor {
  return tensor(packed.data, packed.shape);
}

export function packRequest(request: PlanRequest): PackedRequest {
  const { previous } = request;
  return {
    ...request,
    previous: previous && { actions: packTensor(previous.actions), startNs: previous.startNs, stepNs: previous.stepNs },
  };
}

export function unpackRequest(packed: PackedRequest): PlanRequest {
  return { ...packed, previous: packed.previous && { ...packed.previous, actions: unpackTensor(packed.previous.actions) } };
}

export function packPlan(plan: TimedPlan): PackedPlan {
  return { ...plan, actions: packTensor(plan.actions), poses: plan.poses && packTensor(plan.poses), latents: packTensor(plan.latents) };
}

export function unpackPlan(packed: PackedPlan): TimedPlan {
  const { actions, poses, latents } = packed;
  return { ...packed, actions: unpackTensor(actions), poses: poses && unpackTensor(poses), latents: unpackTensor(latents) };
}
