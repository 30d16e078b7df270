import { RehearseError } from "../core/error.js";

export interface TimeMessage {
  readonly sec: number;
  readonly nanosec: number;
}

export interface HeaderMessage {
  readonly stamp: TimeMessage;
  readonly frame_id: string;
}

const NS_PER_S = 1_000_000_000n;

/** Nanoseconds since the epoch of the ROS clock. @throws RehearseError RH-STAMP for what is no time: before the epoch, or nanoseconds of a second and more */
export function stampToNs(stamp: TimeMessage): bigint {
  if (stamp.sec < 0 || stamp.nanosec >= 1e9) {
    throw new RehearseError(
      "RH-STAMP",
      `a stamp of ${stamp.sec} s and ${stamp.nanosec} ns is no time of the ROS clock`,
      "what publishes it must fill sec from 0 up, and nanosec below 1000000000",
      { details: { sec: stamp.sec, nanosec: stamp.nanosec } },
    );
  }
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
