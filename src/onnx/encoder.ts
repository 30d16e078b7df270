import * as ort from "onnxruntime-node";
import type { BodyMeasurement } from "../core/body.js";
import { RehearseError } from "../core/error.js";
import type { ModelDescription } from "../core/model.js";
import type { CameraFrame } from "../core/sensors.js";
import type { Tensor } from "../core/tensor.js";
import type { Encoder } from "../core/world-model.js";
import { measurementOf } from "../embodiment/measurement-of.js";
import { tensor } from "../math/tensor.js";

/** The bytes of a frame go into the graph as they are: scaling is part of the graph. */
export class OnnxEncoder implements Encoder {
  private readonly imageDims: readonly number[];

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly model: ModelDescription,
    private readonly joints: readonly string[],
  ) {
    this.imageDims = [1, model.image.heightPx, model.image.widthPx, 3];
  }

  /**
   * @returns `[latent]`, the caller's own
   * Rejects with RH-FRAME-SIZE (not the model's size, or bytes that do not fill it) or RH-ODOM-NAN, RH-JOINTS-NAN (a quantity that the model takes is not finite).
   */
  async encode(frame: CameraFrame, body: BodyMeasurement): Promise<Tensor> {
    const { widthPx, heightPx } = this.model.image;
    if (frame.width !== widthPx || frame.height !== heightPx || frame.rgb.length !== widthPx * heightPx * 3)
      throw new RehearseError(
        "RH-FRAME-SIZE",
        `a frame of ${frame.width} × ${frame.height} px with ${frame.rgb.length} bytes; the model ${this.model.name} takes ${widthPx} × ${heightPx} px of rgb8`,
        `set the camera driver (or an image_proc resize node) to ${widthPx} × ${heightPx}`,
        { details: { found: { widthPx: frame.width, heightPx: frame.height, bytes: frame.rgb.length }, expected: { widthPx, heightPx } } },
      );
    const measurement = measurementOf(body);
    const proprioception = Float32Array.from(this.model.proprioception, ({ name }) => measurement.quantity(body, name, this.joints));
    if (!proprioception.every(Number.isFinite)) {
      throw new RehearseError(
        measurement.notFinite,
        `${measurement.label} at ${body.stampNs} ns: a quantity is not a number: ${[...proprioception].join(", ")}`,
        `check the node that publishes ${measurement.ros.topic}`,
        { details: { fields: this.model.proprioception.filter((_, i) => !Number.isFinite(proprioception[i])).map(({ name }) => name) } },
      );
    }
    const { latent } = await this.session.run({
      image: new ort.Tensor("uint8", frame.rgb, this.imageDims),
      proprioception: new ort.Tensor("float32", proprioception, [1, proprioception.length]),
    });
    return tensor(latent!.data as Float32Array, [this.model.latentSize]);
  }
}
