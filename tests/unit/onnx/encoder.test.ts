import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelFile } from "../../../src/config/model-file.js";
import type { LoadedModel } from "../../../src/core/model.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { loadModel } from "../../../src/onnx/model.js";
import { ModelCopy, ROLLING, randomFrame, TINY_MODEL } from "./tiny-model.js";

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel(readModelFile(TINY_MODEL));
});
afterAll(() => model.dispose());

describe("OnnxEncoder", () => {
  it("gives one latent of the model's size, each its own memory", async () => {
    const frame = randomFrame(model.description);
    const first = await model.encoder.encode(frame, ROLLING);
    const copy = Float32Array.from(values(first));
    const second = await model.encoder.encode(randomFrame(model.description, 9), ROLLING);
    expect(first.shape).toEqual([model.description.latentSize]);
    expect(values(first)).toEqual(copy);
    expect(values(second)).not.toEqual(copy);
  });

  it("lets only the last entries depend on the odometry, and each on its own velocity", async () => {
    const { imageLatentSize, latentSize, proprioception } = model.description;
    const frame = randomFrame(model.description);
    const rest = values(await model.encoder.encode(frame, { ...ROLLING, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } }));
    for (const [i, { name }] of proprioception.entries()) {
      const key = { "linear.x": "vxMps", "linear.y": "vyMps", "angular.z": "yawRateRps" }[name]!;
      const moving = values(
        await model.encoder.encode(frame, { ...ROLLING, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0, [key]: 0.4 } }),
      );
      const changed = [...rest.keys()].filter((entry) => rest[entry] !== moving[entry]);
      expect(changed).toEqual([imageLatentSize + i]);
    }
    expect(rest.length).toBe(latentSize);
  });

  it("gives an encoder that asks for it where the body is, by odometry", async () => {
    const copy = new ModelCopy().editYaml((y) => {
      y.proprioception[0] = { name: "robot.y", unit: "m" };
      y.proprioception[1] = { name: "robot.yaw.sin", unit: "1" };
    });
    const other = await loadModel(readModelFile(copy.folder));
    const frame = randomFrame(model.description);
    const placed = { ...ROLLING, odomFromBase: { xM: 9, yM: 0.3, yawRad: Math.PI / 6 } };
    const same = { ...ROLLING, twistInBase: { vxMps: 0.3, vyMps: 0, yawRateRps: Math.sin(Math.PI / 6) } };
    expect(values(await other.encoder.encode(frame, placed))).toEqual(values(await model.encoder.encode(frame, same)));
    await other.dispose();
    copy.remove();
  });

  it("gives the encoder of an arm what its joints say, by name, in the order of the robot's joints", async () => {
    const copy = new ModelCopy().editYaml((y) => {
      y.proprioception[0] = { name: "wrist.velocity", unit: "rad/s" };
      y.proprioception[1] = { name: "shoulder.position", unit: "rad" };
    });
    const other = await loadModel(readModelFile(copy.folder), { joints: ["shoulder", "wrist"] });
    const frame = randomFrame(model.description);
    const arm = { stampNs: 5n, positionsRad: [0.5, 9], velocitiesRps: [9, 0.3] };
    const same = { ...ROLLING, twistInBase: { vxMps: 0.3, vyMps: 0, yawRateRps: 0.5 } };
    expect(values(await other.encoder.encode(frame, arm))).toEqual(values(await model.encoder.encode(frame, same)));
    await expect(other.encoder.encode(frame, { ...arm, velocitiesRps: [9] })).rejects.toMatchObject({ code: "RH-JOINTS-NAN" });
    await other.dispose();
    copy.remove();
  });

  it("takes a picture that lies within a larger buffer", async () => {
    const frame = randomFrame(model.description);
    const larger = new Uint8Array(frame.rgb.length + 20).fill(7);
    larger.set(frame.rgb, 13);
    const view = larger.subarray(13, 13 + frame.rgb.length);
    expect(values(await model.encoder.encode({ ...frame, rgb: view }, ROLLING))).toEqual(
      values(await model.encoder.encode(frame, ROLLING)),
    );
  });

  it.each([
    ["too wide", (w: number, h: number) => ({ width: w + 1, height: h, bytes: (w + 1) * h * 3 })],
    ["turned by a quarter with the right number of bytes", (w: number, h: number) => ({ width: w / 2, height: h * 2, bytes: w * h * 3 })],
    ["short of bytes", (w: number, h: number) => ({ width: w, height: h, bytes: w * h * 3 - 1 })],
    ["with an alpha channel", (w: number, h: number) => ({ width: w, height: h, bytes: w * h * 4 })],
  ])("refuses a frame that is %s", async (_, make) => {
    const { widthPx, heightPx } = model.description.image;
    const { width, height, bytes } = make(widthPx, heightPx);
    await expect(model.encoder.encode({ stampNs: 0n, width, height, rgb: new Uint8Array(bytes) }, ROLLING)).rejects.toMatchObject({
      code: "RH-FRAME-SIZE",
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses odometry that says %s", async (vxMps) => {
    const odometry = { ...ROLLING, twistInBase: { ...ROLLING.twistInBase, vxMps } };
    await expect(model.encoder.encode(randomFrame(model.description), odometry)).rejects.toMatchObject({ code: "RH-ODOM-NAN" });
  });
});

describe("OnnxDecoder", () => {
  it("draws one picture a row, of the model's size, with the stamp it is given", async () => {
    const latent = await model.encoder.encode(randomFrame(model.description), ROLLING);
    const { latentSize, image } = model.description;
    const frames = await model.decoder!.decode(tensor(Float32Array.from([...values(latent), ...values(latent)]), [2, latentSize]), 7n);
    expect(frames.map((f) => [f.stampNs, f.width, f.height, f.rgb.length])).toEqual(
      [0, 1].map(() => [7n, image.widthPx, image.heightPx, image.widthPx * image.heightPx * 3]),
    );
    expect(frames[0]!.rgb).toEqual(frames[1]!.rgb);
    expect(frames[0]!.rgb.buffer.byteLength).toBe(frames[0]!.rgb.length); // publishers need exact buffers
  });
});
