import { expect, it } from "vitest";
import { isError, RehearseError } from "../../../src/core/error.js";
import { CONTROLLER_PARAMETERS } from "../../../src/parameters/controller-parameters.js";
import { resolveParameters } from "../../../src/parameters/resolve-parameters.js";

const refusalOf = (overrides: Record<string, unknown>): unknown => {
  try {
    return resolveParameters(CONTROLLER_PARAMETERS, overrides, "a test");
  } catch (error) {
    return error;
  }
};

it("says in fields what is expected and what was found, by its code", () => {
  const range = refusalOf({ samples: 1 });
  if (!isError(range, "RH-PARAM-RANGE")) throw range;
  expect(range.details).toEqual({ parameter: "samples", allowed: { min: 8, max: 4096, unit: undefined }, received: 1 });
  const unknown = refusalOf({ sample: 1 });
  if (!isError(unknown, "RH-PARAM-UNKNOWN")) throw unknown;
  expect([unknown.details.parameter, unknown.details.nearest]).toEqual(["sample", "samples"]);
  expect(isError(unknown, "RH-PARAM-RANGE")).toBe(false);
});

it("comes through a message between threads as it was", () => {
  const sent = refusalOf({ samples: "8" }) as RehearseError;
  const received = RehearseError.received(structuredClone(sent.toJSON()));
  expect(received.describe()).toBe(sent.describe());
  expect(isError(received, "RH-PARAM-TYPE") && received.details).toEqual({ parameter: "samples", expected: "integer", received: "8" });
});

it("can't be made without the details of its code, nor with those of another", () => {
  const details = { path: "robot.yaml" };
  // @ts-expect-error a code with details needs them
  new RehearseError("RH-ROBOT-READ", "what", "fix");
  // @ts-expect-error fields of another code
  new RehearseError("RH-ROBOT-CEILING", "what", "fix", { details });
  // @ts-expect-error this code has none
  new RehearseError("RH-WORLD-DOOR", "what", "fix", { details });
  const thrown: unknown = new RehearseError("RH-ROBOT-READ", "what", "fix", { details });
  if (!isError(thrown, "RH-ROBOT-READ")) throw thrown;
  const path: string = thrown.details.path;
  // @ts-expect-error not one of its fields
  const { graph } = thrown.details;
  expect([path, graph]).toEqual(["robot.yaml", undefined]);
});

it("is written as JSON with its code, message, fix and details", () => {
  expect(JSON.parse(JSON.stringify(refusalOf({ samples: 1 })))).toMatchObject({
    code: "RH-PARAM-RANGE",
    message: expect.stringContaining("samples"),
    fix: expect.any(String),
    details: { parameter: "samples", allowed: { min: 8, max: 4096 }, received: 1 },
  });
  expect(JSON.stringify(new RehearseError("RH-WORLD-DOOR", "what", "fix"))).toBe('{"code":"RH-WORLD-DOOR","message":"what","fix":"fix"}');
});
