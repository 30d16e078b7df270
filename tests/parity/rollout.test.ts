import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelFile } from "../../src/config/model-file.js";
import type { LoadedModel, ModelDescription } from "../../src/core/model.js";
import type { Tensor } from "../../src/core/tensor.js";
import { seededRandom } from "../../src/math/random.js";
import { tensor, values } from "../../src/math/tensor.js";
import { ComposedEvaluator } from "../../src/objective/composed-evaluator.js";
import { byteProductsAreExact } from "../../src/onnx/byte-products.js";
import { loadModel } from "../../src/onnx/model.js";
import { taskWorldDefinition, WORLD_NAMES } from "../../src/worlds/index.js";
import { randomActions, randomFrame } from "../unit/onnx/tiny-model.js";
import { bodyOf, difference, goalOf, jointsOf, MODEL_FOLDERS } from "./models.js";

const STEPS = 10;
/** As far as the shipped settings look ahead where there is contact: farther off, it makes the cost too crooked for differences. */
const PLANNED = 5;
const rolling = (model: ModelDescription) => bodyOf(model, (name) => ({ "linear.x": 0.3, "angular.z": -0.5 })[name] ?? 0);
const EVENLY = new Float32Array(STEPS).fill(1 / STEPS);

describe.each(MODEL_FOLDERS)("%s", (folder) => {
  let model: LoadedModel;
  let from: Tensor;
  beforeAll(async () => {
    model = await loadModel(readModelFile(folder), { joints: jointsOf(readModelFile(folder)) });
    from = await model.encoder.encode(randomFrame(model.description), rolling(model.description));
  });
  afterAll(() => model?.dispose());

  const row = (t: Tensor, i: number) => values(t.pick(i) as Tensor);

  it.each([1, 7, 128])("rolls out each of %i sequences as if it were alone", async (n) => {
    const actions = randomActions(model.description, n, STEPS);
    const latents = await model.worldModel.rollout(from, actions);
    expect(latents.shape).toEqual([n, STEPS, model.worldModel.latentSize]);
    for (const i of new Set([0, n >> 1, n - 1])) {
      const alone = await model.worldModel.rollout(from, tensor(Float32Array.from(row(actions, i)), [1, STEPS, actions.shape[2]!]));
      expect(difference(row(latents, i), values(alone))).toBeLessThan(1e-4);
    }
  });

  it("takes each step from the one before: a rollout equals its steps done one by one", async () => {
    const actions = randomActions(model.description, 3, 4);
    const atOnce = await model.worldModel.rollout(from, actions);
    let z = from;
    for (let step = 0; step < 4; step++) {
      const next = await model.worldModel.rollout(
        z,
        tensor(Float32Array.from(row(actions.pick(1) as Tensor, step)), [1, 1, actions.shape[2]!]),
      );
      z = tensor(values(next), [model.worldModel.latentSize]);
      expect(difference(values(z), row(atOnce.pick(1) as Tensor, step))).toBeLessThan(1e-4);
    }
  });

  it("does not see later actions in earlier steps", async () => {
    const actions = randomActions(model.description, 2, STEPS);
    const before = await model.worldModel.rollout(from, actions);
    for (let step = 5; step < STEPS; step++) for (let a = 0; a < actions.shape[2]!; a++) actions.set(1, step, a, 0.123);
    const after = await model.worldModel.rollout(from, actions);
    const head = (t: Tensor) => values(t.lo(1, 0, 0).hi(1, 5, model.worldModel.latentSize));
    const tail = (t: Tensor) => values(t.lo(1, 5, 0));
    expect(head(after)).toEqual(head(before));
    expect(tail(after)).not.toEqual(tail(before));
  });

  it("takes strided views as it takes packed tensors", async () => {
    const actions = randomActions(model.description, 8, STEPS);
    const everyOther = actions.step(2, 1, 1);
    const packed = tensor(Float32Array.from(values(everyOther)), everyOther.shape);
    expect(values(await model.worldModel.rollout(from, everyOther))).toEqual(values(await model.worldModel.rollout(from, packed)));
  });

  it("gives results that later calls leave alone", async () => {
    const first = await model.worldModel.rollout(from, randomActions(model.description, 16, STEPS, 1));
    const copy = Float32Array.from(values(first));
    await model.worldModel.rollout(from, randomActions(model.description, 16, STEPS, 2));
    expect(values(first)).toEqual(copy);
  });

  it("repeats bit for bit, also after being loaded again with as many threads", async () => {
    const again = await loadModel(readModelFile(folder), { threads: 1, joints: jointsOf(readModelFile(folder)) });
    const actions = randomActions(model.description, 64, STEPS);
    const runs = [];
    for (const m of [model, model, again]) {
      const z = await m.encoder.encode(randomFrame(m.description), rolling(m.description));
      const latents = await m.worldModel.rollout(z, actions);
      const rows = tensor(values(latents), [64 * STEPS, m.worldModel.latentSize]);
      const cost = await m.costToGo?.costToGo(rows, goalOf(m.description));
      const slope = await m.gradient?.costGradient(z, actions, goalOf(m.description), EVENLY);
      runs.push([values(z), values(latents), values(await m.readouts.read(rows)), cost, slope?.cost, slope && values(slope.gradient)]);
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    await again.dispose();
  });

  it("gives the same on two threads within rounding", async () => {
    const two = await loadModel(readModelFile(folder), { threads: 2 });
    const actions = randomActions(model.description, 64, STEPS);
    expect(
      difference(values(await two.worldModel.rollout(from, actions)), values(await model.worldModel.rollout(from, actions))),
    ).toBeLessThan(1e-4);
    await two.dispose();
  });

  describe("evaluator", () => {
    const goal = goalOf(readModelFile(folder));

    it("is rollout, readouts and cost to go in one: to rounding in float32, to a few centimetres in int8", async ({ skip }) => {
      if (!model.evaluator || !model.costToGo) return skip();
      const exact = await loadModel(readModelFile(folder), { precision: "float32" });
      const usual = model.description.graphs.outcomes_int8 && (await byteProductsAreExact()) ? "int8" : "float32";
      expect([model.evaluator.precision, exact.evaluator!.precision]).toEqual([usual, "float32"]);
      // As far ahead as the model was trained to see: beyond, any rounding grows.
      const steps = Math.min(STEPS, model.description.trainedSteps);
      const actions = randomActions(model.description, 32, steps);
      const composed = await new ComposedEvaluator({ ...model, costToGo: model.costToGo }).evaluate(from, actions, goal);
      for (const [m, most] of [
        [exact, 1e-4],
        [model, 0.15],
      ] as const) {
        const { readouts, distance } = await m.evaluator!.evaluate(from, actions, goal);
        expect(readouts.shape).toEqual([32, steps, model.readouts.names.length]);
        expect(difference(values(readouts), values(composed.readouts))).toBeLessThan(most);
        expect(difference(distance, composed.distance)).toBeLessThan(most);
      }
      await exact.dispose();
    });

    it("repeats bit for bit, in memory that is used again", async ({ skip }) => {
      if (!model.evaluator) return skip();
      const actions = randomActions(model.description, 16, STEPS, 1);
      const first = await model.evaluator.evaluate(from, actions, goal);
      const copy = first.distance.slice();
      const other = await model.evaluator.evaluate(from, randomActions(model.description, 16, STEPS, 2), goal);
      expect(other.distance).toBe(first.distance);
      expect(difference(copy, other.distance)).toBeGreaterThan(0);
      expect((await model.evaluator.evaluate(from, actions, goal)).distance).toEqual(copy);
    });
  });

  describe("gradient", () => {
    const goal = goalOf(readModelFile(folder));
    const weights = Float32Array.from({ length: STEPS }, (_, step) => 0.1 + 0.05 * step);
    /** Weighted sum over the steps of the cost to go of one sequence, by the other two graphs, in float64. */
    const costOf = async (start: Tensor, actions: Tensor) => {
      const latents = await model.worldModel.rollout(start, actions);
      const rows = tensor(values(latents), [actions.shape[1]!, model.worldModel.latentSize]);
      const costs = await model.costToGo!.costToGo(rows, goal);
      return costs.reduce((sum, c, step) => sum + c * weights[step]!, 0);
    };

    it("has the cost of rollout and cost to go", async ({ skip }) => {
      if (!model.gradient || !model.costToGo) return skip();
      const actions = randomActions(model.description, 1, STEPS);
      const { cost } = await model.gradient.costGradient(from, actions, goal, weights);
      expect(cost[0]).toBeCloseTo(await costOf(from, actions), 4);
    });

    it("is the slope of that cost, by central differences along random directions", async ({ skip }) => {
      if (!model.gradient || !model.costToGo) return skip();
      // From what the model knows, where it has a task: noise for a picture is far outside, and the slope there changes within the difference.
      const { world, goal: goalKind } = model.description;
      const seen = goalKind === "latent" && WORLD_NAMES.includes(world) ? taskWorldDefinition(world).create({ seed: 1 }) : undefined;
      const start = seen === undefined ? from : await model.encoder.encode(seen.frame(), seen.joints?.() ?? seen.odometry!());
      const actions = randomActions(model.description, 1, PLANNED);
      const slope = values((await model.gradient.costGradient(start, actions, goal, weights.slice(0, PLANNED))).gradient);
      const length = Math.hypot(...slope);
      const random = seededRandom(5);
      const h = 0.02; // truncation ~h², float32 rounding ~1e-7 / h
      for (let trial = 0; trial < 8; trial++) {
        // The first direction is the gradient's own: there the slope is largest, and a wrong scale cannot hide.
        const raw = trial === 0 ? slope : slope.map(() => random.normal());
        const norm = Math.hypot(...raw);
        const along = raw.map((v) => v / norm);
        const moved = (sign: number) =>
          tensor(
            Float32Array.from(values(actions), (v, i) => v + sign * h * along[i]!),
            actions.shape,
          );
        const expected = ((await costOf(start, moved(1))) - (await costOf(start, moved(-1)))) / (2 * h);
        const found = slope.reduce((sum, s, i) => sum + s * along[i]!, 0);
        expect(Math.abs(found - expected)).toBeLessThan(0.005 * length + 1e-5);
      }
    });

    it("differentiates each sequence on its own", async ({ skip }) => {
      if (!model.gradient) return skip();
      const actions = randomActions(model.description, 5, STEPS);
      const { gradient } = await model.gradient.costGradient(from, actions, goal, weights);
      const alone = await model.gradient.costGradient(
        from,
        tensor(Float32Array.from(row(actions, 3)), [1, STEPS, actions.shape[2]!]),
        goal,
        weights,
      );
      expect(difference(row(gradient, 3), values(alone.gradient))).toBeLessThan(1e-4);
    });
  });
});
