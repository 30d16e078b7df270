import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { keyboard } from "../../../src/supervisor/keyboard.js";

function terminal(isTTY = true) {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (mode: boolean) => raw.push(mode) });
  return { input, raw, stream: input as unknown as NodeJS.ReadStream };
}

const SPEEDS = { forward: 0.3, turn: 0.8 };
/** Keys come by the stream's events. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("keyboard", () => {
  it("moves while a key is held, and stands a moment after its last repetition", async () => {
    const { input, raw, stream } = terminal();
    let nowMs = 0;
    const controls = keyboard(
      stream,
      SPEEDS,
      () => undefined,
      () => nowMs,
    );
    expect(controls.wanted(0)).toBeUndefined();
    input.write("u");
    await settle();
    expect(controls.wanted(500)).toEqual({ vxMps: 0.3, vyMps: 0, yawRateRps: 0.8 });
    expect(controls.wanted(700)).toBeUndefined();
    nowMs = 650;
    input.write("\u001b[D");
    await settle();
    expect(controls.wanted(1200)).toEqual({ vxMps: 0, vyMps: 0, yawRateRps: 0.8 });
    input.write(" ");
    await settle();
    expect(controls.wanted(700)).toBeUndefined();
    controls.close();
    expect(raw).toEqual([true, false]);
  });

  it("goes faster by a tenth, and ends at q", async () => {
    const { input, stream } = terminal();
    const said: string[] = [];
    const controls = keyboard(
      stream,
      SPEEDS,
      (line) => said.push(line),
      () => 0,
    );
    input.write("+iq");
    await controls.ended;
    expect(said).toEqual(["0.33 m/s, 0.88 rad/s"]);
    expect(controls.wanted(0)?.vxMps).toBeCloseTo(0.33, 10);
  });

  it("needs a terminal", () => {
    expect(() => keyboard(terminal(false).stream, SPEEDS, () => undefined)).toThrow(expect.objectContaining({ code: "RH-DRIVE-TERMINAL" }));
  });
});
