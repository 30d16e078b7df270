import { writeFile } from "node:fs/promises";
import { encode } from "fast-png";
import { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import type { WorldDefinitionBase } from "../core/world.js";
import { ActionScaling } from "../embodiment/action-scaling.js";
import { embodimentOf } from "../embodiment/index.js";
import { seededRandom } from "../math/random.js";
import { tensor, values } from "../math/tensor.js";
import { loadModel } from "../onnx/model.js";
import { fitFrame } from "../perception/fit-frame.js";
import type { PlannerSetup } from "../runtime/planner-setup.js";
import { ContextBuffer } from "../world-model/context-buffer.js";
import { worldDefinition } from "../worlds/index.js";

export interface DreamOptions {
  readonly world: string;
  /** Seed of the world and of the drive. */
  readonly seed: number;
  /** Model steps to imagine. */
  readonly steps: number;
  /** Driven before the first picture. */
  readonly afterS: number;
  /** Pixels of the strip for each of a picture. */
  readonly zoom: number;
  /** PNG file to write. */
  readonly out: string;
}

export interface DreamedStep {
  readonly timeS: number;
  /** Mean squared difference of the imagined latent from the encoded one, as a multiple of the model's usual error of one step. */
  readonly latentError: number;
  /** Mean absolute difference of the decoded imagined latent from the picture, grey levels of 255. */
  readonly pictureError: number;
}

const GAP_PX = 2;

/**
 * Lets the world's explorer drive, and the model imagine the same from one picture and the commands: writes a strip of what was imagined, decoded,
 * above what then happened; the first column is the present.
 * @throws RehearseError RH-MODEL-DECODER when the model can't draw, RH-DREAM-OPTION
 */
export async function dream(setup: PlannerSetup, options: DreamOptions): Promise<readonly DreamedStep[]> {
  check(options);
  const joints = setup.robot.joints.map(({ name }) => name);
  const model = await loadModel(setup.model, { threads: 1, precision: "float32", joints });
  try {
    const { decoder, encoder, worldModel } = model;
    if (decoder === undefined)
      throw new RehearseError(
        "RH-MODEL-DECODER",
        `the model in ${setup.model.folder} has no decoder graph`,
        "train one: it is a stage of ./rehearse train",
      );
    const definition: WorldDefinitionBase = worldDefinition(options.world);
    const world = definition.create({ seed: options.seed, startNs: 1_000_000_000n });
    const scaling = new ActionScaling(setup.model.axes, embodimentOf(setup.robot).command(setup.robot));
    const explorer = definition.explorer(world, seededRandom(options.seed).fork("dream"));
    const periodNs = BigInt(Math.round(setup.model.periodS * 1e9));
    const next = (): number[] => {
      const command = explorer.next();
      world.command(command);
      world.advance(periodNs);
      return scaling.toAction(command);
    };
    const see = async () => {
      const frame = fitFrame(world.frame(), setup.model.image);
      return { frame, latent: values(await encoder.encode(frame, (world.odometry?.() ?? world.joints?.())!)).slice() };
    };

    const step = () => Array.from({ length: worldModel.blockSize }, next).flat();

    for (let s = 0; s < options.afterS; s += setup.model.periodS) next();
    const contextBuffer = new ContextBuffer(worldModel, scaling.toAction(scaling.rest));
    const begin = async (before: readonly number[]) => {
      const present = await see();
      return { present, context: contextBuffer.observe(present.frame.stampNs, present.latent, before) };
    };
    let begun = await begin([]);
    for (let frame = 1; frame < setup.model.contextFrames; frame++) begun = await begin(step());
    const { present, context } = begun;
    const seen = [present];
    const actions: number[] = [];
    for (let i = 0; i < options.steps; i++) {
      actions.push(...step());
      seen.push(await see());
    }
    const size = worldModel.latentSize;
    const shape = [1, options.steps, worldModel.blockSize * worldModel.actionSize];
    const imagined = values(await worldModel.rollout(tensor(context, [context.length]), tensor(Float32Array.from(actions), shape)));
    const latents = new Float32Array(size * (options.steps + 1));
    latents.set(present.latent);
    latents.set(imagined, size);
    const drawn = await decoder.decode(tensor(latents, [options.steps + 1, size]), present.frame.stampNs);

    await writeFile(options.out, strip([drawn, seen.map(({ frame }) => frame)], options.zoom));
    return seen.slice(1).map(({ frame, latent }, i) => ({
      timeS: (i + 1) * setup.model.stepS,
      latentError: meanSquare(latent, imagined.subarray(i * size, (i + 1) * size)) / setup.model.stepError.p50,
      pictureError: meanDifference(frame.rgb, drawn[i + 1]!.rgb),
    }));
  } finally {
    await model.dispose();
  }
}

/** Rows of pictures of one size as a PNG. */
function strip(rows: readonly (readonly CameraFrame[])[], zoom: number): Uint8Array {
  const { width, height } = rows[0]![0]!;
  const [cellW, cellH] = [width * zoom + GAP_PX, height * zoom + GAP_PX];
  const [stripW, stripH] = [rows[0]!.length * cellW - GAP_PX, rows.length * cellH - GAP_PX];
  const data = new Uint8Array(stripW * stripH * 3).fill(255);
  rows.forEach((frames, r) => {
    frames.forEach(({ rgb }, c) => {
      for (let y = 0; y < height * zoom; y++) {
        for (let x = 0; x < width * zoom; x++) {
          const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * 3;
          data.set(rgb.subarray(from, from + 3), ((r * cellH + y) * stripW + c * cellW + x) * 3);
        }
      }
    });
  });
  return encode({ width: stripW, height: stripH, data, channels: 3, depth: 8 });
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / a.length;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;
}

function check({ seed, steps, afterS, zoom }: DreamOptions): void {
  const whole = (name: string, value: number, min: number, max: number) => {
    if (!Number.isInteger(value) || value < min || value > max)
      throw new RehearseError("RH-DREAM-OPTION", `${name} is ${value}`, `give a whole number from ${min} to ${max}`);
  };
  whole("--seed", seed, 0, 2 ** 32 - 1);
  whole("--steps", steps, 1, 40);
  whole("--zoom", zoom, 1, 8);
  if (!(afterS >= 0 && afterS <= 600)) throw new RehearseError("RH-DREAM-OPTION", `--after is ${afterS}`, "give seconds from 0 to 600");
}
