import type { HeaderMessage, TimeMessage } from "./types.js";

const NS_PER_S = 1_000_000_000n;

/** Nanoseconds since the epoch of the ROS clock. */
export function stampToNs(stamp: TimeMessage): bigint {
  return BigInt(stamp.sec) * NS_PER_S + BigInt(stamp.nanosec);
}

/** `builtin_interfaces/Time` holds a signed 32-bit second: a RangeError outside of it. `nanosec` is never negative, as the message demands. */
export function stampFromNs(stampNs: bigint): TimeMessage {
  const nanosec = ((stampNs % NS_PER_S) + NS_PER_S) % NS_PER_S;
  const sec = (stampNs - nanosec) / NS_PER_S;
  if (sec < -2147483648n || sec > 2147483647n) throw new RangeError(`${stampNs} ns is outside what a ROS stamp can hold`);
  return { sec: Number(sec), nanosec: Number(nanosec) };
}

export function header(stampNs: bigint, frameId: string): HeaderMessage {
  return { stamp: stampFromNs(stampNs), frame_id: frameId };
}
