import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gamepad } from "../../../src/supervisor/gamepad.js";

const LAYOUT = { forwardAxis: 1, turnAxis: 3, button: 4 };
const SPEEDS = { forward: 0.5, turn: 1 };

function event(value: number, kind: number, number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt16LE(value, 4);
  bytes.writeUInt8(kind, 6);
  bytes.writeUInt8(number, 7);
  return bytes;
}

describe("gamepad", () => {
  it("moves only while its button is pressed, and stops when it is unplugged", async () => {
    const device = join(mkdtempSync(join(tmpdir(), "rehearse-")), "js0");
    execFileSync("mkfifo", [device]);
    const controls = gamepad(device, LAYOUT, SPEEDS);
    controls.ended.catch(() => undefined);
    const pad = openSync(device, "r+");
    const send = async (...events: Buffer[]) => {
      writeSync(pad, Buffer.concat(events));
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await send(event(-32767, 0x82, 1), event(16384, 2, 3));
    expect(controls.wanted(0)).toBeUndefined();
    // In two pieces, as a device may hand it over.
    const press = event(1, 1, 4);
    await send(press.subarray(0, 3));
    await send(press.subarray(3));
    expect(controls.wanted(0)).toEqual({ vxMps: 0.5, vyMps: 0, yawRateRps: expect.closeTo(-0.5, 3) });
    await send(event(0, 1, 4));
    expect(controls.wanted(0)).toBeUndefined();
    await send(event(1, 1, 4));
    closeSync(pad);
    await expect(controls.ended).rejects.toMatchObject({ code: "RH-DRIVE-GAMEPAD" });
    expect(controls.wanted(0)).toBeUndefined();
  });

  it("says that there is none", async () => {
    await expect(gamepad("/nowhere/js0", LAYOUT, SPEEDS).ended).rejects.toMatchObject({ code: "RH-DRIVE-GAMEPAD" });
  });
});
