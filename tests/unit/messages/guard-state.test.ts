import { expect, test } from "vitest";
import type { Verdict } from "../../../src/core/gate.js";
import { diagnosticStatus } from "../../../src/messages/diagnostics.js";
import { commandFrom, countsFrom, verdictFrom, verdictValues } from "../../../src/messages/guard-state.js";

const rest = { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 } as const;
/** As it comes out of a message. */
const written = (values: ReturnType<typeof verdictValues>) =>
  Object.fromEntries(diagnosticStatus("guard", "", { level: "ok", message: "", values }).values.map(({ key, value }) => [key, value]));

test("what was found is read as it was written, ages without end and missing numbers too", () => {
  const because = [
    { id: "freshness.scan", value: Number.POSITIVE_INFINITY, limit: 0.3, unit: "s" },
    { id: "braking-distance", value: Number.NaN, limit: 0.2, unit: "m" },
    { id: "joints.velocity", value: 0.5, limit: 0.45, unit: "rad/s", axis: "elbow" },
    { id: "custom/slow-zone", value: 0.5, limit: 0.2, unit: "m/s" },
    { id: "speed.failed", value: 1, limit: 0, unit: "1" },
  ] as const;
  const verdict: Verdict = { kind: "stop", command: rest, because };
  const values = written(verdictValues(verdict));
  expect(verdictFrom(values)).toEqual({ kind: "stop", because });
  expect(values).toMatchObject({ "because.2.rule": "plausible-motion", "because.3.rule": "custom/slow-zone", "because.4.rule": "speed" });
  expect(values.rules).toBe("freshness.scan, braking-distance, joints.velocity, custom/slow-zone, speed.failed");
});

test("a verdict that passes has found nothing", () => {
  expect(verdictFrom(written(verdictValues({ kind: "pass", command: rest })))).toEqual({ kind: "pass", because: [] });
});

test("what another version says is left out where it is not known", () => {
  const values = { verdict: "shrugs", "because.0.id": "tea-time", "because.1.id": "speed", "because.1.value": "2", "because.1.limit": "1" };
  expect(verdictFrom(values)).toMatchObject({ kind: undefined, because: [{ id: "speed", value: 2, limit: 1 }] });
});

test("counts are read by verdict, and those of stops by what was found", () => {
  const values = {
    "count.pass": "7",
    "count.stop": "3",
    "count.stop freshness.scan": "2",
    "count.limited speed": "9",
    "count.stop tea-time": "1",
  };
  expect(countsFrom(values)).toEqual({ ticks: { pass: 7, limited: 0, slowdown: 0, stop: 3 }, stoppedBy: { "freshness.scan": 2 } });
});

test("the numbers of a command are read by axis", () => {
  const values = { "command.linear.x_mps": "0.3", "command.angular.z_rps": "-1", "proposed.elbow_rps": "2", command_note: "0" };
  expect(commandFrom(values, "command")).toEqual([
    { axis: "linear.x", value: 0.3, unit: "m/s" },
    { axis: "angular.z", value: -1, unit: "rad/s" },
  ]);
  expect(commandFrom(values, "proposed")).toEqual([{ axis: "elbow", value: 2, unit: "rad/s" }]);
});

test("findings under a name of the release before are read by their present one", () => {
  const values = {
    verdict: "stop",
    "because.0.id": "doubt.surprise",
    "because.0.value": "12",
    "because.0.limit": "8",
    "because.0.unit": "1",
    "count.stop doubt.surprise": "3",
  };
  expect(verdictFrom(values).because).toEqual([{ id: "model-uncertainty.surprise", value: 12, limit: 8, unit: "1" }]);
  expect(countsFrom(values).stoppedBy).toEqual({ "model-uncertainty.surprise": 3 });
});
