import { rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readModelFile } from "../../../src/config/model-file.js";
import { RehearseError } from "../../../src/core/error.js";
import { GRAPHS } from "../../../src/core/model.js";
import { loadModel } from "../../../src/onnx/model.js";
import { fillWeights, ModelCopy, ROLLING, randomFrame, TINY_MODEL } from "./tiny-model.js";

async function refusal(folder: string): Promise<RehearseError> {
  try {
    const model = await loadModel(readModelFile(folder));
    await model.dispose();
  } catch (error) {
    if (error instanceof RehearseError) return error;
    throw error;
  }
  throw new Error("the model was accepted");
}

describe("a model that loads", () => {
  it("has every graph that it names, and names its readouts with units", async () => {
    const model = await loadModel(readModelFile(TINY_MODEL));
    expect(Object.keys(model.description.graphs).sort()).toEqual([...GRAPHS].sort());
    expect(model.costToGo && model.decoder && model.gradient && model.proposals).toBeDefined();
    expect(model.readouts.names).toEqual(["robot.x [m]", "robot.y [m]", "robot.yaw.cos [1]", "robot.yaw.sin [1]"]);
    expect(model.worldModel.latentSize).toBe(model.description.latentSize);
    expect(model.worldModel.stepS).toBeCloseTo(model.description.blockSize * model.description.periodS, 9);
    await model.dispose();
  });

  it("needs no optional graph", async () => {
    const copy = new ModelCopy().editYaml(({ graphs }) => {
      delete graphs.cost_to_go;
      delete graphs.decoder;
      delete graphs.gradient;
      delete graphs.proposal;
    });
    const model = await loadModel(readModelFile(copy.folder));
    expect([model.costToGo, model.decoder, model.gradient, model.proposals]).toEqual([undefined, undefined, undefined, undefined]);
    await model.dispose();
    copy.remove();
  });

  it("leaves nothing to use after dispose", async () => {
    const model = await loadModel(readModelFile(TINY_MODEL));
    await model.dispose();
    await expect(model.encoder.encode(randomFrame(model.description), ROLLING)).rejects.toThrow();
    await model.dispose(); // twice is once
  });
});

describe("a model that is refused", () => {
  let copy: ModelCopy;
  beforeEach(() => {
    copy = new ModelCopy();
  });
  afterEach(() => copy.remove());

  it.each(GRAPHS)("because its %s graph is missing", async (graph) => {
    rmSync(copy.graphPath(graph));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-MISSING");
    expect(error.message).toContain(copy.graphPath(graph));
  });

  it("because golden.json is missing", async () => {
    rmSync(copy.path("golden.json"));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-MISSING");
    expect(error.message).toContain("golden.json");
  });

  it.each(GRAPHS)("because one bit of its %s graph is not what was exported", async (graph) => {
    copy.editGraph(
      graph,
      (bytes) => {
        bytes[bytes.length >> 1]! ^= 1;
        return bytes;
      },
      { rehash: false },
    );
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-HASH");
    expect(error.message).toContain(`graphs.${graph}.sha256`);
  });

  it.each([
    ["truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ["empty", () => Buffer.alloc(0)],
    ["text", () => Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")],
  ])("because a graph is %s", async (_, damage) => {
    copy.editGraph("rollout", damage);
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-CORRUPT");
    expect(error.message).toContain(copy.graphPath("rollout"));
    expect(error.message).not.toContain("\n");
  });

  it.each(GRAPHS)("because the weights of its %s graph are NaN", async (graph) => {
    copy.editGraph(graph, (bytes) => fillWeights(bytes, Number.NaN));
    const error = await refusal(copy.folder);
    expect(["RH-MODEL-NAN", "RH-MODEL-GOLDEN"]).toContain(error.code);
    expect(error.message).toContain(copy.graphPath(graph));
  });

  it("says NaN when NaN comes out", async () => {
    copy.editGraph("rollout", (bytes) => fillWeights(bytes, Number.NaN));
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-NAN");
  });

  it("because its weights are others than at export", async () => {
    copy.editGraph("rollout", (bytes) => fillWeights(bytes, 0.125));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-GOLDEN");
    expect(error.message).toMatch(/found .* expected /);
  });

  it("because golden.json says otherwise by more than its tolerance", async () => {
    copy.editGolden(({ graphs, tolerance }) => {
      const { latent } = graphs.encoder[0].outputs;
      const values = new Float32Array(Uint8Array.from(Buffer.from(latent.data, "base64")).buffer);
      values[0]! += 3 * tolerance * Math.max(1, Math.abs(values[0]!));
      latent.data = Buffer.from(values.buffer).toString("base64");
    });
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-GOLDEN");
  });

  it.each([
    ["lacks a graph", (g: { graphs: Record<string, unknown> }) => delete g.graphs.readouts],
    ["has no case for a graph", (g: { graphs: Record<string, unknown> }) => (g.graphs.readouts = [])],
    ["has no tolerance", (g: { tolerance?: number }) => delete g.tolerance],
    ["has a tolerance that allows anything", (g: { tolerance?: number }) => (g.tolerance = 1)],
  ])("because golden.json %s", async (_, edit) => {
    copy.editGolden(edit);
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-GOLDEN");
  });

  it("because golden.json has inputs that the graph does not take", async () => {
    copy.editGolden(({ graphs }) => (graphs.rollout[0].inputs.latent = graphs.rollout[0].inputs.actions));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-GOLDEN");
    expect(error.message).toContain("graphs.rollout[0].inputs.latent: found float32");
  });

  it("because golden.json is no JSON", async () => {
    writeFileSync(copy.path("golden.json"), "{");
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-GOLDEN");
  });

  it("because the graphs were made for another block of actions", async () => {
    copy.editYaml((yaml) => {
      yaml.action.block += 1;
      yaml.step_s = yaml.action.block * yaml.action.period_s;
    });
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-ACTION");
    expect(error.message).toMatch(/actions float32 \[.*\], expected actions float32/);
  });

  it("because the graphs were made for another number of axes", async () => {
    copy.editYaml((yaml) => yaml.action.axes.pop());
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-ACTION");
  });

  it("because the encoder takes pictures of another size", async () => {
    copy.editYaml((yaml) => (yaml.image.width *= 2));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-SHAPE");
    expect(error.message).toContain("image uint8");
  });

  it("because its latents are of another size", async () => {
    copy.editYaml((yaml) => {
      yaml.latent.size += 1;
      yaml.latent.image_size += 1;
    });
    expect((await refusal(copy.folder)).code).toBe("RH-MODEL-SHAPE");
  });

  it("because a graph does not have the inputs of its role", async () => {
    copy.editYaml(({ graphs }) => ([graphs.readouts, graphs.cost_to_go] = [graphs.cost_to_go, graphs.readouts]));
    const error = await refusal(copy.folder);
    expect(error.code).toBe("RH-MODEL-SHAPE");
    expect(error.message).toContain("goal, latents");
  });
});
