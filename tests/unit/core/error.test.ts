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
  const received = RehearseError.received(
    structuredClone({ code: sent.code, message: sent.message, fix: sent.fix, details: sent.details }),
  );
  expect(received.describe()).toBe(sent.describe());
  expect(isError(received, "RH-PARAM-TYPE") && received.details).toEqual({ parameter: "samples", expected: "integer", received: "8" });
});
