import { describe, expect, test } from "vitest";
import { commandFromJoints, jointsFromMessage } from "../../../src/messages/joint-state.js";
import {
  messageFromTruth,
  messageFromUncertainty,
  multiArrayFromCommand,
  uncertaintyFromMessage,
} from "../../../src/messages/multi-array.js";

const NAMES = ["shoulder", "elbow"];
const message = (name: readonly string[], position: readonly number[], velocity: readonly number[]) => ({
  header: { stamp: { sec: 5, nanosec: 7 }, frame_id: "" },
  name,
  position,
  velocity,
  effort: [],
});

describe("joint messages", () => {
  test("states come in the order of the robot file, whatever else is in them", () => {
    const state = jointsFromMessage(message(["gripper", "elbow", "shoulder"], [9, 1, 2], [9, 0.1, 0.2]), NAMES);
    expect(state).toEqual({ stampNs: 5_000_000_007n, positionsRad: [2, 1], velocitiesRps: [0.2, 0.1] });
  });

  test.each([
    ["a joint is missing", message(["shoulder"], [1], [1])],
    ["a velocity is missing", message(NAMES, [1, 2], [1])],
    ["a position is missing", message(NAMES, [], [1, 2])],
  ])("states are refused when %s", (_, bad) => {
    expect(() => jointsFromMessage(bad, NAMES)).toThrow(expect.objectContaining({ code: "RH-JOINTS-NAMES" }));
  });

  test("proposals by name; what is missing is no number, for the gate to refuse", () => {
    expect(commandFromJoints(message(["elbow"], [], [0.5]), NAMES).velocitiesRps).toEqual([Number.NaN, 0.5]);
  });

  test("commands leave as plain numbers in an array that owns its memory, and never if not finite", () => {
    const { data } = multiArrayFromCommand({ kind: "joint-velocities", velocitiesRps: [0.1, -0.2] });
    expect([...data]).toEqual([0.1, -0.2]);
    expect((data as Float64Array).buffer.byteLength).toBe(16);
    expect(() => multiArrayFromCommand({ kind: "joint-velocities", velocitiesRps: [Number.NaN] })).toThrow(
      expect.objectContaining({ code: "RH-COMMAND-NAN" }),
    );
  });

  test("true numbers are named by the label of their message", () => {
    const quantities = [
      { name: "block.x", unit: "m" },
      { name: "block.cos", unit: "1" },
    ];
    expect(messageFromTruth(quantities, [0.25, -1])).toEqual({
      layout: { dim: [{ label: "block.x [m], block.cos [1]", size: 2, stride: 2 }], data_offset: 0 },
      data: Float64Array.of(0.25, -1),
    });
  });

  test("doubt goes over and back", () => {
    expect(uncertaintyFromMessage(messageFromUncertainty(3))).toEqual({ surprise: 3, uncertainty: undefined });
    expect(uncertaintyFromMessage(messageFromUncertainty(3, 4))).toEqual({ surprise: 3, uncertainty: 4 });
  });
});
