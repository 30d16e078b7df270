/**
 * The public entry. Interfaces come from core; what implements them, from the folder that the path names.
 * ROS 2 nodes are no part of it: they are processes (`rehearse node …`), and are talked to by topics and services.
 */
export { customGuardrails, type GuardrailApi } from "./config/custom-guardrails.js";
export { readModelFile } from "./config/model-file.js";
export { readRobotFile } from "./config/robot-file.js";
export type { ControlOptions } from "./control/control-options.js";
export { Controller } from "./control/controller.js";
export { SafetyGate } from "./control/gate.js";
export { Guard } from "./control/guard.js";
export type * from "./core/action.js";
export * from "./core/body.js";
export type * from "./core/clock.js";
export { type Command, type JointVelocityCommand, STOP_TWIST, TWIST_NUMBERS, type TwistCommand } from "./core/command.js";
export type * from "./core/cycle.js";
export type * from "./core/embodiment.js";
export { isError, RehearseError } from "./core/error.js";
export type { ErrorCode } from "./core/error-code.js";
export type { ErrorDetails } from "./core/error-details.js";
export type * from "./core/gate.js";
export type * from "./core/goal.js";
export type * from "./core/guardrail.js";
export type * from "./core/mode.js";
export type * from "./core/model.js";
export { MOTION_COLUMNS, MOTION_SIZE, type MotionModel } from "./core/motion.js";
export type * from "./core/objective.js";
export type * from "./core/plan-request.js";
export type * from "./core/planner.js";
export type * from "./core/planning-model.js";
export type * from "./core/random.js";
export type * from "./core/robot.js";
export type * from "./core/robot-description.js";
export type * from "./core/sensors.js";
export type * from "./core/tensor.js";
export type * from "./core/violation.js";
export type * from "./core/world.js";
export type * from "./core/world-model.js";
export { ActionScaling } from "./embodiment/action-scaling.js";
export type { BodyApi } from "./embodiment/custom.js";
export { embodimentOf, motionModelOf } from "./embodiment/index.js";
export { trueModel } from "./evaluation/true-model.js";
export { constraintsFor } from "./guardrails/index.js";
export { loadSetup } from "./lockstep/load-setup.js";
export { Lockstep } from "./lockstep/lockstep.js";
export { SimulatedClock } from "./lockstep/simulated-clock.js";
export { seededRandom } from "./math/random.js";
export { tensor, values, zeros } from "./math/tensor.js";
export { DifferentialDrive, driveStep } from "./motion/differential-drive.js";
export { JointVelocities } from "./motion/joint-velocities.js";
export { BUILT_IN, type Extensions, extended, type Registries } from "./mpc/registries.js";
export {
  type CostContext,
  type CostDefinition,
  type CostNumber,
  type CostSetting,
  type CostText,
  defineCost,
} from "./objective/cost-definition.js";
export { parametersOf } from "./objective/cost-registry.js";
export { GoalCost } from "./objective/costs/goal.js";
export { HeadingCost } from "./objective/costs/heading.js";
export { COSTS } from "./objective/costs/index.js";
export { RestCost } from "./objective/costs/rest.js";
export { SmoothnessCost } from "./objective/costs/smoothness.js";
export { Energy, type WeightedCost } from "./objective/energy.js";
export { expressionCost } from "./objective/expression-cost.js";
export { loadModel } from "./onnx/model.js";
export { CONTROLLER_PARAMETERS, type ControllerParameters } from "./parameters/controller-parameters.js";
export { resolveParameters } from "./parameters/resolve-parameters.js";
export { createPlanner, PLANNER_NAMES, type PlannerDefinition } from "./planner/index.js";
export { type CountedObjective, type KnownAnswer, knownAnswers } from "./planner/known-answers.js";
export { planWithin } from "./planner/plan-within.js";
export { constantPlan, resamplePlan } from "./planner/warm-start.js";
export { BagReader } from "./recording/bag-reader.js";
export { BagWriter } from "./recording/bag-writer.js";
export { ReplayRobot } from "./recording/replay-robot.js";
export { controlOptionsOf } from "./runtime/control-options.js";
export { buildPlanner, makeMpcPlanner } from "./runtime/planner-setup.js";
export type { PlanningApi } from "./runtime/planning-modules.js";
export { SYSTEM_CLOCK } from "./runtime/system-clock.js";
export type { WorldApi } from "./runtime/world-module.js";
export { createNavigationWorld, createWorld, WORLD_NAMES } from "./worlds/index.js";
export { WorldRobot } from "./worlds/world-robot.js";
