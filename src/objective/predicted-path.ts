import type { BodyMeasurement, Pose2 } from "../core/body.js";
import { MOTION_SIZE } from "../core/motion.js";
import type { Tensor } from "../core/tensor.js";
import type { Readouts } from "../core/world-model.js";
import { poseOf } from "../embodiment/measurement-of.js";
import { values, zeros } from "../math/tensor.js";
import { poseColumns } from "./readout-columns.js";

/**
 * Poses as the model predicts them, read out of latents; without heading where none is read out.
 * @param latent `[latent]`, the present one @param latents `[step, latent]`, those after it @returns `[step + 1, (x, y, yaw)]`
 */
export async function posesRead(readouts: Readouts, latent: Tensor, latents: Tensor): Promise<Tensor> {
  const [steps, latentSize] = latents.shape as [number, number];
  const { x, y, yaw } = poseColumns(readouts.names);
  const withPresent = zeros(steps + 1, latentSize);
  withPresent.data.set(values(latent));
  withPresent.data.set(values(latents), latentSize);
  const read = values(await readouts.read(withPresent));
  const poses = zeros(steps + 1, 3);
  for (let step = 0; step <= steps; step++) {
    const row = read.subarray(step * readouts.names.length);
    poses.set(step, 0, row[x]!);
    poses.set(step, 1, row[y]!);
    if (yaw !== undefined) poses.set(step, 2, Math.atan2(row[yaw.sin]!, row[yaw.cos]!));
  }
  return poses;
}

/**
 * Poses by the body's analytic motion; through the committed steps it is taken to be where they end.
 * @param body at the frame's time @param from at the end of the committed steps @param motion `[1, motion step, column]`, from there on
 * @returns `[step + 1, (x, y, yaw)]`; undefined: an arm's
 */
export function posesMoved(
  body: BodyMeasurement,
  from: BodyMeasurement,
  committedSteps: number,
  steps: number,
  motion: Tensor,
): Tensor | undefined {
  const [here, committed] = [poseOf(body), poseOf(from)];
  if (here === undefined || committed === undefined) return undefined;
  const poses = zeros(steps + 1, 3);
  const put = (step: number, { xM, yM, yawRad }: Pose2) => poses.data.set([xM, yM, yawRad], step * 3);
  put(0, here);
  for (let step = 1; step <= committedSteps; step++) put(step, committed);
  const motionSteps = motion.shape[1]!;
  const perStep = Math.ceil(motionSteps / (steps - committedSteps));
  const moved = values(motion);
  for (let step = committedSteps + 1; step <= steps; step++) {
    const at = Math.max(0, motionSteps - 1 - (steps - step) * perStep) * MOTION_SIZE;
    put(step, { xM: moved[at]!, yM: moved[at + 1]!, yawRad: moved[at + 2]! });
  }
  return poses;
}
