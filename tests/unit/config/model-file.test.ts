import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { parseModelFile, readModelFile } from "../../../src/config/model-file.js";
import { isError, RehearseError } from "../../../src/core/error.js";

const SHA = "0123456789abcdef".repeat(4);
const GOOD = `
schema: rehearse.model/1
name: small
world: rooms
licence: Apache-2.0
robot: rooms
graphs:
  encoder: {file: encoder.onnx, sha256: ${SHA}}
  rollout: {file: rollout.onnx, sha256: ${SHA}}
  readouts: {file: readouts.onnx, sha256: ${SHA}}
image: {width: 64, height: 48, encoding: rgb8}
proprioception: [{name: linear.x, unit: m/s}, {name: angular.z, unit: rad/s}]
latent: {layout: vector, size: 130, image_size: 128}
action:
  block: 4
  period_s: 0.05
  axes:
    - {name: linear.x, unit: m/s, range: [-0.3, 0.6]}
    - {name: angular.z, unit: rad/s, range: [-2.0, 2.0]}
step_s: 0.2
horizon: {trained_steps: 8}
arena: {x_m: [-2, 2], y_m: [-1, 1]}
readouts: [{name: robot.x, unit: m, r2: 0.99, mae: 0.02}]
surprise: {step_error: {p50: 0.01, p90: 0.02, p99: 0.05}}
training: {command: rehearse train, seed: 1}
`;

// biome-ignore lint/suspicious/noExplicitAny: tests reach into the YAML to break it
function refusal(edit: (yaml: any) => void): RehearseError {
  const yaml = parse(GOOD);
  edit(yaml);
  try {
    parseModelFile(stringify(yaml), "models/x");
  } catch (error) {
    if (error instanceof RehearseError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("parseModelFile", () => {
  it("gives what the file says", () => {
    expect(parseModelFile(GOOD, "models/x")).toEqual({
      folder: "models/x",
      name: "small",
      world: "rooms",
      licence: "Apache-2.0",
      robot: "rooms",
      graphs: {
        encoder: { file: "encoder.onnx", sha256: SHA },
        rollout: { file: "rollout.onnx", sha256: SHA },
        readouts: { file: "readouts.onnx", sha256: SHA },
      },
      image: { widthPx: 64, heightPx: 48, downsample: "none" },
      proprioception: [
        { name: "linear.x", unit: "m/s" },
        { name: "angular.z", unit: "rad/s" },
      ],
      latentSize: 130,
      imageLatentSize: 128,
      goal: "position",
      contextFrames: 1,
      blockSize: 4,
      periodS: 0.05,
      axes: [
        { name: "linear.x", unit: "m/s", range: [-0.3, 0.6] },
        { name: "angular.z", unit: "rad/s", range: [-2, 2] },
      ],
      stepS: 0.2,
      trainedSteps: 8,
      arena: { xM: [-2, 2], yM: [-1, 1] },
      readouts: [{ name: "robot.x", unit: "m", r2: 0.99, mae: 0.02 }],
      stepError: { p50: 0.01, p90: 0.02, p99: 0.05 },
      training: { command: "rehearse train", seed: 1 },
      success: {},
    });
  });

  it("names file, key, what it found and what it expected", () => {
    const error = refusal((y) => (y.action.axes[1].unit = "deg/s"));
    expect(error.code).toBe("RH-MODEL-ACTION");
    expect(error.message).toBe('models/x/model.yaml: key action.axes.1.unit: found "deg/s", expected the unit rad/s for angular.z');
    expect(error.fix).toContain("model.yaml");
  });

  // biome-ignore lint/suspicious/noExplicitAny: as above
  const cases: [string, (y: any) => void, string, string][] = [
    ["an action block of 0", (y) => (y.action.block = 0), "RH-MODEL-ACTION", "action.block: found 0"],
    ["half a tick in the block", (y) => (y.action.block = 4.5), "RH-MODEL-ACTION", "action.block: found 4.5"],
    ["no action axes", (y) => (y.action.axes = []), "RH-MODEL-ACTION", "action.axes: found []"],
    [
      "an axis the robot does not have",
      (y) => (y.action.axes[0].name = "linear.z"),
      "RH-MODEL-ACTION",
      "one of linear.x, linear.y, angular.z",
    ],
    ["an axis twice", (y) => (y.action.axes[1] = y.action.axes[0]), "RH-MODEL-ACTION", "every name once (linear.x is there twice)"],
    ["a range upside down", (y) => (y.action.axes[0].range = [0.6, -0.3]), "RH-MODEL-ACTION", "action.axes.0.range: found [0.6,-0.3]"],
    ["an empty range", (y) => (y.action.axes[0].range = [0.6, 0.6]), "RH-MODEL-ACTION", "action.axes.0.range"],
    ["three bounds", (y) => (y.action.axes[0].range = [0, 1, 2]), "RH-MODEL-ACTION", "expected two numbers in the axis's unit"],
    ["a step that is no block of periods", (y) => (y.step_s = 0.25), "RH-MODEL-ACTION", "step_s: found 0.25, expected 0.2"],
    [
      "no period",
      (y) => delete y.action.period_s,
      "RH-MODEL-ACTION",
      "action.period_s: found nothing, expected a positive number of seconds",
    ],
    ["no encoder", (y) => delete y.graphs.encoder, "RH-MODEL-KEY", "graphs.encoder: found nothing"],
    ["a misspelt optional graph", (y) => (y.graphs.decodr = y.graphs.encoder), "RH-MODEL-KEY", "not decodr"],
    ["a graph outside the folder", (y) => (y.graphs.encoder.file = "../encoder.onnx"), "RH-MODEL-KEY", "graphs.encoder.file"],
    ["one file for two graphs", (y) => (y.graphs.rollout.file = "encoder.onnx"), "RH-MODEL-KEY", "a file of its own"],
    ["a short hash", (y) => (y.graphs.encoder.sha256 = "abc"), "RH-MODEL-KEY", "64 lower-case hexadecimal digits"],
    ["pictures of another encoding", (y) => (y.image.encoding = "bgr8"), "RH-MODEL-KEY", 'image.encoding: found "bgr8", expected rgb8'],
    ["no width", (y) => delete y.image.width, "RH-MODEL-KEY", "image.width: found nothing"],
    ["a width in quotes", (y) => (y.image.width = "64"), "RH-MODEL-KEY", 'image.width: found "64"'],
    ["a wrong unit of proprioception", (y) => (y.proprioception[0].unit = "km/h"), "RH-MODEL-KEY", "the unit m/s for linear.x"],
    ["unknown proprioception", (y) => (y.proprioception[0].name = "wheel.left"), "RH-MODEL-KEY", "proprioception.0.name"],
    ["latent sizes that don't add up", (y) => (y.latent.size = 128), "RH-MODEL-KEY", "latent.size: found 128, expected 130"],
    [
      "an unknown latent layout",
      (y) => (y.latent.layout = "tree"),
      "RH-MODEL-KEY",
      'latent.layout: found "tree", expected vector or patches',
    ],
    ["patches of a vector", (y) => (y.latent.patches = 4), "RH-MODEL-KEY", "latent.patches: found 4"],
    [
      "patches of no whole size",
      (y) => Object.assign(y.latent, { layout: "patches", patches: 7 }),
      "RH-MODEL-KEY",
      "a divisor of image_size",
    ],
    ["a context of no frame", (y) => (y.latent.context = 0), "RH-MODEL-KEY", "latent.context: found 0"],
    ["an arena upside down", (y) => (y.arena.x_m = [2, -2]), "RH-MODEL-KEY", "arena.x_m"],
    ["a readout in the wrong unit", (y) => (y.readouts[0].unit = "cm"), "RH-MODEL-KEY", "the unit m for robot.x"],
    ["a readout whose quality is unknown", (y) => delete y.readouts[0].mae, "RH-MODEL-KEY", "readouts.0.mae"],
    ["a usual error of 0", (y) => (y.surprise.step_error.p50 = 0), "RH-MODEL-KEY", "surprise.step_error.p50: found 0"],
    ["percentiles out of order", (y) => (y.surprise.step_error.p90 = 1), "RH-MODEL-KEY", "p50 <= p90 <= p99"],
    ["a usual error of NaN", (y) => (y.surprise.step_error.p99 = Number.NaN), "RH-MODEL-KEY", "found NaN"],
    ["another schema", (y) => (y.schema = "rehearse.model/2"), "RH-MODEL-SCHEMA", 'found "rehearse.model/2", expected rehearse.model/1'],
    ["no schema", (y) => delete y.schema, "RH-MODEL-SCHEMA", "found nothing"],
  ];
  it.each(cases)("refuses %s", (_, edit, code, part) => {
    const error = refusal(edit);
    expect(error.code).toBe(code);
    expect(error.message).toContain(part);
    expect(error.message).toContain("models/x/model.yaml");
  });

  it("reports several wrong keys at once, but not all of a ruin", () => {
    const error = refusal((y) => {
      for (const key of ["image", "latent", "licence", "horizon", "readouts", "surprise", "training"]) delete y[key];
    });
    if (!isError(error, "RH-MODEL-KEY")) throw error;
    expect(error.details.keys.map(({ key }) => key).sort()).toEqual(
      ["image", "horizon", "latent", "licence", "readouts", "surprise", "training"].sort(),
    );
    expect(error.message).toContain("and 2 more");
  });

  it.each([
    ["", "RH-MODEL-SCHEMA"],
    ["null", "RH-MODEL-SCHEMA"],
    ["[]", "RH-MODEL-SCHEMA"],
    ["text", "RH-MODEL-SCHEMA"],
    ["a: b: c", "RH-MODEL-YAML"],
    ["{", "RH-MODEL-YAML"],
    ["a: 1\na: 2", "RH-MODEL-YAML"],
    [`a: &a [1]\nb: &b [${"*a,".repeat(99)}]\nc: [${"*b,".repeat(99)}]`, "RH-MODEL-YAML"],
  ])("refuses %j", (yaml, code) => {
    expect(() => parseModelFile(yaml, "models/x")).toThrowError(expect.objectContaining({ code }));
  });

  it("accepts the example in docs/reference/model-folder.md", () => {
    const page = readFileSync("docs/reference/model-folder.md", "utf8");
    const example = page.match(/```yaml\n([\s\S]*?)```/)![1]!;
    expect(parseModelFile(example.replaceAll("…", SHA), "models/mine").name).toBe("mine");
  });

  it("has every key of the file explained in docs/reference/model-folder.md", () => {
    const page = readFileSync("docs/reference/model-folder.md", "utf8");
    for (const key of Object.keys(parse(GOOD))) expect(page).toMatch(new RegExp(`^${key}: |\\| \`${key}`, "m"));
  });

  it("throws nothing but RehearseErrors, whatever one key holds", () => {
    const keys = [
      "graphs",
      "image",
      "latent",
      "action",
      "step_s",
      "horizon",
      "arena",
      "readouts",
      "surprise",
      "training",
      "success",
      "name",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        try {
          parseModelFile(stringify({ ...parse(GOOD), [key]: value }), "models/x");
        } catch (error) {
          expect(error).toBeInstanceOf(RehearseError);
        }
      }),
    );
  });
});

describe("readModelFile", () => {
  it("says which file is not there", () => {
    expect(() => readModelFile("models/none")).toThrowError(
      expect.objectContaining({ code: "RH-MODEL-MISSING", message: "models/none/model.yaml does not exist" }),
    );
  });
});

describe("the model of an arm", () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const armed = (y: any) => {
    y.goal = "latent";
    delete y.arena;
    y.action.axes = ["shoulder", "wrist"].map((name) => ({ name, unit: "rad/s", range: [-2, 2] }));
    y.proprioception = [
      { name: "shoulder.velocity", unit: "rad/s" },
      { name: "wrist.position", unit: "rad" },
    ];
    y.readouts = [{ name: "shoulder.cos", unit: "1", r2: 0.99, mae: 0.02 }];
  };

  it("names joints, and needs no arena", () => {
    const yaml = parse(GOOD);
    armed(yaml);
    const model = parseModelFile(stringify(yaml), "somewhere");
    expect(model.axes.map(({ name }) => name)).toEqual(["shoulder", "wrist"]);
    expect(model.proprioception.map(({ name }) => name)).toEqual(["shoulder.velocity", "wrist.position"]);
    expect(model.arena).toBeUndefined();
  });

  it.each([
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ["an axis in another unit", (y: any) => (y.action.axes[0].unit = "rad"), "the unit rad/s for shoulder"],
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ["a speed in rad", (y: any) => (y.proprioception[0].unit = "rad"), "the unit rad/s for shoulder.velocity"],
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ["what joints do not tell", (y: any) => (y.proprioception[0].name = "shoulder.effort"), "<joint>.position"],
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ["places as goals without an arena", (y: any) => (y.goal = "position"), "where places are"],
  ])("refuses %s", (_, edit, expected) => {
    expect(
      refusal((y) => {
        armed(y);
        edit(y);
      }).message,
    ).toContain(expected);
  });
});

describe("a model file that is made to fill memory", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghij"].reduce((yaml, name, i) =>
    i === 0
      ? name
      : `${yaml}\n${name}: &${name} [${Array(9)
          .fill(`*${"abcdefghij"[i - 1]}`)
          .join(", ")}]`,
  );
  it.each([
    ["aliases of aliases", bomb],
    ["lists in lists in lists", "[".repeat(100_000)],
    ["more than any model says", "#".repeat(1 << 21)],
  ])("is refused: %s", (_, yaml) => {
    expect(() => parseModelFile(yaml, "models/some")).toThrow(expect.objectContaining({ code: "RH-MODEL-YAML" }));
  });
});
