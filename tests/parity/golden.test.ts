import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelFile } from "../../src/config/model-file.js";
import type { LoadedModel } from "../../src/core/model.js";
import { tensor, values } from "../../src/math/tensor.js";
import { loadModel } from "../../src/onnx/model.js";
import { bodyOf, difference, type GoldenCase, goldenCases, jointsOf, MODEL_FOLDERS, type Vector } from "./models.js";

const floats = ({ data, shape }: Vector) => tensor(data as Float32Array, shape);
const goal = ({ data }: Vector) => [...data];

// What PyTorch computed at export, through the classes that the runtime uses.
describe.each(MODEL_FOLDERS)("%s gives what it gave at export", (folder) => {
  const { tolerance, graphs } = goldenCases(folder);
  const { graphs: held } = readModelFile(folder);
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadModel(readModelFile(folder), { joints: jointsOf(readModelFile(folder)) });
  });
  afterAll(() => model?.dispose());

  async function expectEqual(graph: string, run: (c: GoldenCase) => Promise<Record<string, ArrayLike<number>>>) {
    expect(graphs[graph]?.length).toBeGreaterThan(0);
    for (const c of graphs[graph]!) {
      const found = await run(c);
      expect(Object.keys(found)).toEqual(Object.keys(c.outputs));
      for (const [name, { data }] of Object.entries(c.outputs)) expect(difference(found[name]!, data)).toBeLessThanOrEqual(tolerance);
    }
  }

  it("encoder", () =>
    expectEqual("encoder", async ({ inputs }) => {
      const { widthPx: width, heightPx: height } = model.description.image;
      const image = inputs.image!.data as Uint8Array;
      const velocities = inputs.proprioception!;
      const latents: number[] = [];
      for (let row = 0; row < velocities.shape[0]!; row++) {
        const of = (name: string) => {
          const column = model.description.proprioception.findIndex((q) => q.name === name);
          return column < 0 ? 0 : velocities.data[row * velocities.shape[1]! + column]!;
        };
        const size = width * height * 3;
        const latent = await model.encoder.encode(
          { stampNs: 0n, width, height, rgb: image.slice(row * size, (row + 1) * size) },
          bodyOf(model.description, of),
        );
        latents.push(...values(latent));
      }
      return { latent: latents };
    }));

  it("rollout", () =>
    expectEqual("rollout", async ({ inputs }) => ({
      latents: values(
        await model.worldModel.rollout(tensor(inputs.latent!.data as Float32Array, [model.worldModel.latentSize]), floats(inputs.actions!)),
      ),
    })));

  it("readouts", () =>
    expectEqual("readouts", async ({ inputs }) => ({ readouts: values(await model.readouts.read(floats(inputs.latents!))) })));

  if (held.cost_to_go)
    it("cost to go", () => {
      return expectEqual("cost_to_go", async ({ inputs }) => ({
        distance: await model.costToGo!.costToGo(floats(inputs.latents!), goal(inputs.goal!)),
      }));
    });

  if (held.decoder)
    it("decoder, to the nearest of 256 shades", async () => {
      for (const { inputs, outputs } of graphs.decoder!) {
        const frames = await model.decoder!.decode(floats(inputs.latents!), 0n);
        const bytes = frames.flatMap((frame) => [...frame.rgb]);
        const shades = outputs.image!.data;
        expect(bytes).toHaveLength(shades.length);
        expect(Math.max(...bytes.map((byte, i) => Math.abs(byte - 255 * shades[i]!)))).toBeLessThanOrEqual(0.5 + 255 * tolerance);
      }
    });

  if (held.proposal)
    it("proposals", () => {
      return expectEqual("proposal", async ({ inputs }) => {
        const from = tensor(inputs.latent!.data as Float32Array, [model.worldModel.latentSize]);
        const proposals = await model.proposals!.propose(from, goal(inputs.goal!));
        expect(proposals.every(({ shape }) => shape.length === 2 && shape[1] === model.worldModel.actionSize)).toBe(true);
        return { proposals: proposals.flatMap((proposal) => [...values(proposal)]) };
      });
    });

  if (held.gradient)
    it("gradient", () => {
      return expectEqual("gradient", async ({ inputs }) => {
        const from = tensor(inputs.latent!.data as Float32Array, [model.worldModel.latentSize]);
        const { cost, gradient } = await model.gradient!.costGradient(
          from,
          floats(inputs.actions!),
          goal(inputs.goal!),
          inputs.weights!.data as Float32Array,
        );
        return { cost, gradient: values(gradient) };
      });
    });
});
