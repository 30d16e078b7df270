import { createReadStream } from "node:fs";
import { RehearseError } from "../core/error.js";
import type { Controls, Speeds } from "./teleoperation.js";

/** `struct js_event` of Linux: u32 time ms, s16 value, u8 type, u8 number */
const EVENT_BYTES = 8;
const [BUTTON, AXIS, INITIAL] = [1, 2, 0x80];

export interface GamepadLayout {
  readonly forwardAxis: number;
  readonly turnAxis: number;
  /** Has to be held for the robot to move. */
  readonly button: number;
}

/** A gamepad by Linux's joystick interface (Documentation/input/joydev). The robot moves only while the button is held. */
export function gamepad(device: string, { forwardAxis, turnAxis, button }: GamepadLayout, speeds: Speeds): Controls {
  const axes = new Map<number, number>();
  let pressed = false;
  let rest = Buffer.alloc(0);
  const stream = createReadStream(device);
  stream.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (; rest.length >= EVENT_BYTES; rest = rest.subarray(EVENT_BYTES)) {
      const [value, kind, number] = [rest.readInt16LE(4), rest.readUInt8(6) & ~INITIAL, rest.readUInt8(7)];
      if (kind === AXIS) axes.set(number, value / 32767);
      if (kind === BUTTON && number === button) pressed = value !== 0;
    }
  });
  const ended = new Promise<void>((_, reject) => {
    const lost = (cause?: Error) => {
      pressed = false;
      reject(
        new RehearseError(
          "RH-DRIVE-GAMEPAD",
          `${device} ${cause ? `can't be read: ${cause.message}` : "is gone"}`,
          "plug it in, and see ls /dev/input/js*",
          {
            cause,
          },
        ),
      );
    };
    stream.on("error", lost);
    stream.on("end", () => lost());
  });
  return {
    wanted: () => {
      if (!pressed) return undefined;
      // Sticks are negative forward and to the left.
      return { vxMps: -(axes.get(forwardAxis) ?? 0) * speeds.forward, vyMps: 0, yawRateRps: -(axes.get(turnAxis) ?? 0) * speeds.turn };
    },
    ended,
    close: () => stream.destroy(),
  };
}
