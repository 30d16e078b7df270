import type { BodyMeasurement } from "../core/body.js";
import type { ImageFormat } from "../core/model.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { Encoder } from "../core/world-model.js";
import { fitFrame } from "./fit-frame.js";

/** An encoder that takes every frame that `fitFrame` can bring to the size of the model's. Rejects as `fitFrame` throws. */
export class FittedEncoder implements Encoder {
  constructor(
    private readonly encoder: Encoder,
    private readonly size: ImageFormat,
  ) {}

  async encode(frame: CameraFrame, body: BodyMeasurement): Promise<Tensor> {
    return this.encoder.encode(fitFrame(frame, this.size), body);
  }
}
