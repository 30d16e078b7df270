import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActionAxis } from "../../../src/core/action.js";
import type { TwistCommand } from "../../../src/core/command.js";
import { ActionScaling } from "../../../src/embodiment/action-scaling.js";

const axes: ActionAxis[] = [
  { name: "linear.x", unit: "m/s", range: [-0.3, 0.6] },
  { name: "angular.z", unit: "rad/s", range: [-2, 2] },
];
const joint = (name: string, limitRps: number): ActionAxis => ({ name, unit: "rad/s", range: [-limitRps, limitRps] });
const JOINTS = { kind: "joint-velocities", names: ["shoulder", "elbow", "wrist"] } as const;

describe("action scaling", () => {
  const scaling = new ActionScaling(axes);
  const toCommand = (action: readonly number[]) => scaling.toCommand(action) as TwistCommand;

  it("maps the ends and the middle of each range", () => {
    expect(toCommand([-1, 1])).toEqual({ kind: "twist", vxMps: -0.3, vyMps: 0, yawRateRps: 2 });
    expect(toCommand([1, 0])).toMatchObject({ vxMps: 0.6, yawRateRps: 0 });
    expect(toCommand([5, -5])).toMatchObject({ vxMps: 0.6, yawRateRps: -2 });
  });

  it("passes a NaN on for the gate to stop, never as an ordinary number", () => {
    expect(toCommand([Number.NaN, 0]).vxMps).toBeNaN();
    expect(toCommand([]).vxMps).toBeNaN();
  });

  it("gives an arm the velocities of its joints, in the robot's order, whatever the model's is", () => {
    const arm = new ActionScaling([joint("wrist", 2), joint("shoulder", 1)], JOINTS);
    expect(arm.rest).toEqual({ kind: "joint-velocities", velocitiesRps: [0, 0, 0] });
    expect(arm.toCommand([1, -0.5])).toEqual({ kind: "joint-velocities", velocitiesRps: [-0.5, 0, 2] });
    expect(arm.toAction({ kind: "joint-velocities", velocitiesRps: [-0.5, 7, 3] })).toEqual([1, -0.5]);
    expect(arm.toCommand([Number.NaN, 0])).toEqual({ kind: "joint-velocities", velocitiesRps: [0, 0, Number.NaN] });
  });

  it("is its own inverse inside the ranges", () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const back = scaling.toAction(scaling.toCommand([a, b]));
        expect(back[0]).toBeCloseTo(a, 9);
        expect(back[1]).toBeCloseTo(b, 9);
      }),
    );
  });

  it("writes rows that are the commands, in single precision", () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const row = new Float32Array(scaling.size);
        scaling.write(Float32Array.of(a, b), 0, row, 0);
        const { vxMps, yawRateRps } = scaling.toCommand([a, b]) as TwistCommand;
        expect(row[0]).toBeCloseTo(vxMps, 6);
        expect(row[1]).toBe(0);
        expect(row[2]).toBeCloseTo(yawRateRps, 6);
      }),
    );
  });

  it("writes an arm's commands in the order of its joints", () => {
    const arm = new ActionScaling([joint("wrist", 2), joint("shoulder", 2)], JOINTS);
    const commands = new Float32Array(6);
    arm.write(Float32Array.of(9, 0.5, -1), 1, commands, 3);
    expect([...commands]).toEqual([0, 0, 0, -2, 0, 1]);
    expect(arm.size).toBe(3);
    for (const still of arm.restAction) expect(still).toBeCloseTo(0, 12);
  });

  it("comes as near to standing still as the ranges allow", () => {
    expect(scaling.restAction[0]).toBeCloseTo(-1 / 3, 12);
    expect(new ActionScaling([{ name: "linear.x", unit: "m/s", range: [0.2, 0.6] }]).restAction).toEqual([-1]);
  });
});
