import { emitKeypressEvents, type Key } from "node:readline";
import { RehearseError } from "../core/error.js";
import type { Controls, Speeds } from "./teleoperation.js";

/** A key counts as held for so long after each time that the terminal repeats it; the first repetition comes latest. */
const HELD_MS = 600;

const KEYS: Readonly<Record<string, readonly [forward: number, left: number, turn: number]>> = {
  i: [1, 0, 0],
  u: [1, 0, 1],
  o: [1, 0, -1],
  j: [0, 0, 1],
  l: [0, 0, -1],
  ",": [-1, 0, 0],
  m: [-1, 0, -1],
  ".": [-1, 0, 1],
  J: [0, 1, 0],
  L: [0, -1, 0],
  up: [1, 0, 0],
  down: [-1, 0, 0],
  left: [0, 0, 1],
  right: [0, 0, -1],
};

export const KEY_HELP = `hold a key: arrows, or
   u i o     forward, and turning
   j   l     turning
   m , .     backward, and turning; J and L: sideways
+ and - make it faster and slower; any other key stops; q ends`;

/** The keyboard of a terminal. A key has to be held: terminals do not tell when one is let go. */
export function keyboard(
  input: NodeJS.ReadStream,
  speeds: Speeds,
  say: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): Controls {
  if (!input.isTTY)
    throw new RehearseError("RH-DRIVE-TERMINAL", "the keyboard can be read only in a terminal", "start it in one, or use --gamepad");
  let scale = 1;
  let held: { readonly key: readonly [number, number, number]; readonly untilMs: number } | undefined;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const take = (text: string | undefined, { name, ctrl }: Key): void => {
    const key = text !== undefined && (Object.hasOwn(KEYS, text) || "+-q".includes(text)) ? text : (name ?? "");
    if (key === "q" || (ctrl && key === "c")) {
      end();
      return;
    }
    const motion = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    held = motion && { key: motion, untilMs: nowMs() + HELD_MS };
    if (key !== "+" && key !== "-") return;
    scale = Math.min(4, Math.max(0.1, scale * (key === "+" ? 1.1 : 1 / 1.1)));
    say(`${(speeds.forward * scale).toFixed(2)} m/s, ${(speeds.turn * scale).toFixed(2)} rad/s`);
  };
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on("keypress", take);
  input.resume();
  return {
    wanted: (now) => {
      if (held === undefined || now > held.untilMs) return undefined;
      const [forward, left, turn] = held.key;
      return { vxMps: forward * speeds.forward * scale, vyMps: left * speeds.forward * scale, yawRateRps: turn * speeds.turn * scale };
    },
    ended,
    close: () => {
      input.off("keypress", take);
      input.setRawMode(false);
      input.pause();
    },
  };
}
