import type { Asked } from "./requests.js";

export interface Case {
  /** Folder in tests/fixtures. */
  readonly model: string;
  /** `name=value` each, beside those that every case has. */
  readonly parameters: readonly string[];
  readonly asked: readonly Asked[];
  /** Whether commands have to be safe to hold until the base's timeout. */
  readonly held?: boolean;
}

const TO_A_PLACE: readonly Asked[] = [
  { goal: "pose" },
  { goal: "pose", committedTicks: 5 },
  { goal: "pose", stalledNs: 1_500_000_000n },
  { goal: "pose with heading" },
];
const TO_A_PICTURE: readonly Asked[] = [
  { goal: "picture" },
  { goal: "picture", committedTicks: 4 },
  { goal: "picture" },
  { goal: "picture with heading" },
];

/** Every planner, every kind of goal and every layout of latents at least once. */
export const CASES: Readonly<Record<string, Case>> = {
  "hybrid to a place": { model: "tiny-model", parameters: ["planner=hybrid"], asked: TO_A_PLACE },
  "hybrid to a place, with commands that may be held": {
    model: "tiny-model",
    parameters: ["planner=hybrid"],
    asked: TO_A_PLACE,
    held: true,
  },
  "hybrid to a picture": { model: "tiny-model", parameters: ["planner=hybrid", "proposals=head"], asked: TO_A_PICTURE },
  "cem to a place": { model: "tiny-model", parameters: ["planner=cem", "goal_near=0.5"], asked: TO_A_PLACE },
  "icem to a place": { model: "tiny-model", parameters: ["planner=icem"], asked: TO_A_PLACE },
  "mppi to a place": {
    model: "tiny-model",
    parameters: ["planner=mppi", "iterations=1", 'extra_cost="max(0, robot.x - 0.2)"'],
    asked: TO_A_PLACE,
  },
  "predictive-sampling to a place": { model: "tiny-model", parameters: ["planner=predictive-sampling"], asked: TO_A_PLACE },
  "gradient to a place": { model: "tiny-model", parameters: ["planner=gradient"], asked: TO_A_PLACE },
  "hybrid with latents in patches": { model: "tiny-patches-model", parameters: ["planner=hybrid"], asked: TO_A_PLACE },
  "icem with a model that looks back": { model: "tiny-looking-back-model", parameters: ["planner=icem"], asked: TO_A_PICTURE.slice(0, 3) },
  "cem with an imported model": { model: "tiny-imported-model", parameters: ["planner=cem"], asked: TO_A_PICTURE.slice(0, 3) },
};
