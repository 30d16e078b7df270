import { describe, expect, it } from "vitest";
import type { PlanRequest } from "../../../src/core/plan-request.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { SimulatedClock } from "../../../src/lockstep/simulated-clock.js";
import { tensor } from "../../../src/math/tensor.js";
import { packPlan, packRequest, unpackPlan, unpackRequest } from "../../../src/runtime/planner-messages.js";
import { plan } from "../control/plan.js";

describe("messages between the threads", () => {
  it("a plan survives the way: structured clone and back", () => {
    const original = plan({
      actions: [
        [0.25, -0.5],
        [1, 0],
      ],
      startNs: 12345678901234567n,
    });
    const arrived = unpackPlan(structuredClone(packPlan(original)));
    expect(arrived.startNs).toBe(original.startNs);
    expect(arrived.actions.get(0, 1)).toBe(-0.5);
    expect(arrived.actions.shape).toEqual([2, 2]);
    expect(arrived.energy).toEqual(original.energy);
  });

  it("a request survives it too, with and without a plan before it", () => {
    const request: PlanRequest = {
      goal: { kind: "pose", id: 3, xM: 1, yM: 2 },
      frame: { stampNs: 5n, width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) },
      body: { stampNs: 5n, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } },
      obstacles: undefined,
      startNs: 4n,
      committed: Float32Array.of(0.5, 0.5),
      recent: Float32Array.of(0.1, 0.1),
      previous: { startNs: 4n, stepNs: 2n, actions: tensor(Float32Array.of(7, 8), [1, 2]) },
      stalledNs: 0n,
      sequence: 9,
    };
    const arrived = unpackRequest(structuredClone(packRequest(request)));
    expect(arrived.previous!.actions.get(0, 1)).toBe(8);
    expect({ ...arrived, previous: undefined }).toEqual({ ...request, previous: undefined });
    expect(unpackRequest(structuredClone(packRequest({ ...request, previous: undefined }))).previous).toBeUndefined();
  });
});

describe("SimulatedClock", () => {
  it("stands still until it is set, and never goes back", () => {
    const clock = new SimulatedClock(10n);
    expect(clock.nowNs()).toBe(10n);
    clock.set(20n);
    expect(clock.steadyNs()).toBe(20n);
    expect(() => clock.set(19n)).toThrow(RangeError);
  });
});

describe("loadSetup", () => {
  it("reads the model and the robot that the parameters name", () => {
    const setup = loadSetup(["model=tests/fixtures/tiny-model", "samples=16"]);
    expect(setup.parameters.samples).toBe(16);
    expect(setup.robot.name).toBe("rooms");
    expect(setup.model.blockSize).toBe(4);
  });

  it.each([
    ["samples", "RH-PARAM-TYPE"],
    ["samples=many", "RH-PARAM-TYPE"],
    ["samples=1e9", "RH-PARAM-RANGE"],
    ["sample=3", "RH-PARAM-UNKNOWN"],
    ["model=models/none", "RH-MODEL-MISSING"],
    ["robot=calibration/none.yaml", "RH-ROBOT-READ"],
  ])("refuses %s with %s", (assignment, code) => {
    expect(() => loadSetup(["model=tests/fixtures/tiny-model", assignment])).toThrow(expect.objectContaining({ code }));
  });
});
