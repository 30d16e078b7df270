// How long one batched rollout takes, by samples, steps and threads, through the runtime's classes and through onnxruntime with its default options.
// npm run build && node bench/inference.mjs [model folder]
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { readModelFile } from "../dist/config/model-file.js";
import { seededRandom } from "../dist/math/random.js";
import { tensor, values } from "../dist/math/tensor.js";
import { loadModel } from "../dist/onnx/model.js";

const REPEATS = 25;
const folder = process.argv[2] ?? "tests/fixtures/tiny-model";
const description = readModelFile(folder);
const actionSize = description.blockSize * description.axes.length;
const random = seededRandom(1);
const from = tensor(
  Float32Array.from({ length: description.latentSize }, () => random.normal()),
  [description.latentSize],
);
const sequences = (n, steps) =>
  tensor(
    Float32Array.from({ length: n * steps * actionSize }, () => 2 * random.uniform() - 1),
    [n, steps, actionSize],
  );

/** Interleaved, so that whatever else the machine does disturbs all alike; [median, 90th percentile] in ms for each. */
async function time(runs) {
  const durations = runs.map(() => []);
  for (let i = -3; i < REPEATS; i++)
    for (const [k, run] of runs.entries()) {
      const start = performance.now();
      await run();
      if (i >= 0) durations[k].push(performance.now() - start);
    }
  return durations.map((d) => d.sort((a, b) => a - b)).map((d) => [d[REPEATS >> 1], d[Math.floor(REPEATS * 0.9)]]);
}

const rows = [];
for (const threads of [1, 2]) {
  const model = await loadModel(description, { threads });
  const graph = readFileSync(join(folder, description.graphs.rollout.file));
  const alone = await ort.InferenceSession.create(graph, { intraOpNumThreads: threads, logSeverityLevel: 4 });
  for (const [n, steps] of [
    [1, 1],
    [64, 10],
    [128, 10],
    [256, 10],
    [512, 10],
    [128, 20],
  ]) {
    const actions = sequences(n, steps);
    const feeds = {
      latent: new ort.Tensor("float32", values(from), [1, description.latentSize]),
      actions: new ort.Tensor("float32", values(actions), actions.shape),
    };
    const latents = tensor(values(await model.worldModel.rollout(from, actions)), [n * steps, description.latentSize]);
    const measured = await time([
      () => model.worldModel.rollout(from, actions),
      () => alone.run(feeds),
      () => model.costToGo?.costToGo(latents, [0.5, 0.5]),
      () => model.gradient?.costGradient(from, actions, [0.5, 0.5]),
    ]);
    const [rollout, bare, cost, gradient] = measured.map(([p50, p90]) => `${p50.toFixed(2)} / ${p90.toFixed(2)}`);
    rows.push({ threads, N: n, H: steps, rollout, "onnxruntime, its defaults": bare, "cost to go": cost, gradient });
  }
  const frame = {
    stampNs: 0n,
    width: description.image.widthPx,
    height: description.image.heightPx,
    rgb: new Uint8Array(description.image.widthPx * description.image.heightPx * 3),
  };
  const still = { stampNs: 0n, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  const [[p50, p90]] = await time([() => model.encoder.encode(frame, still)]);
  console.log(`encode, ${threads} thread(s): ${p50.toFixed(2)} / ${p90.toFixed(2)} ms`);
  await model.dispose();
  await alone.release();
}
console.log(
  `${folder}: latent ${description.latentSize}, action ${actionSize}; ${cpus().length} × ${cpus()[0].model}; median / 90th percentile in ms`,
);
console.table(rows);
