import { stampFromNs, stampToNs, type TimeMessage } from "../messages/stamp.js";
import { type Fault, TIMED_REPEATS } from "./fault.js";
import type { Interceptors } from "./relay.js";

/** Each the age at which it is dropped (guard: commands, odometry, scan; controller: frames), the ramp to zero, and 50 ms. */
const COMMAND_MS = 300;
const ODOMETRY_MS = 350;
const SCAN_MS = 450;
const FRAME_MS = 550;
/** Wrong rather than missing: seen at the next message. */
const AT_ONCE_MS = 250;
const HOLD_MS = 1300;
const LOSS = 0.3;
const DELAY_MS = 500;
const TIME_BACK_NS = -10_000_000_000n;

export const SENSOR_FAULTS: readonly Fault[] = [
  intercepted("camera-silent", "no pictures come", FRAME_MS, () => ({ image() {} })),
  intercepted("camera-frozen", "the camera repeats its last picture, with new stamps", FRAME_MS, () => {
    let last: Uint8Array | readonly number[] | undefined;
    return {
      image(message, pass) {
        last ??= message.data;
        pass({ ...message, data: last });
      },
    };
  }),
  intercepted("camera-black", "the pictures are black", FRAME_MS, () => ({
    image: (message, pass) => pass({ ...message, data: new Uint8Array(message.data.length) }),
  })),
  intercepted("camera-shuffled", "the pixels of each picture are shuffled", undefined, () => ({
    image: (message, pass) => pass({ ...message, data: shuffled(message.data) }),
  })),
  intercepted("camera-jumping", "every other picture is an old one", undefined, () => {
    let old: Uint8Array | readonly number[] | undefined;
    let odd = false;
    return {
      image(message, pass) {
        old ??= message.data;
        odd = !odd;
        pass(odd ? { ...message, data: old } : message);
      },
    };
  }),
  intercepted("odometry-silent", "no odometry comes", ODOMETRY_MS, () => ({ odometry() {} })),
  intercepted("odometry-nan", "odometry's position and speed are NaN", ODOMETRY_MS, () => ({
    odometry(message, pass) {
      const { pose, twist } = message;
      const position = { ...pose.pose.position, x: Number.NaN };
      const linear = { ...twist.twist.linear, x: Number.NaN };
      pass({ ...message, pose: { ...pose, pose: { ...pose.pose, position } }, twist: { ...twist, twist: { ...twist.twist, linear } } });
    },
  })),
  intercepted("odometry-frozen", "odometry repeats its last values, with new stamps", ODOMETRY_MS, () => {
    let last: Parameters<NonNullable<Interceptors["odometry"]>>[0] | undefined;
    return {
      odometry(message, pass) {
        last ??= message;
        pass({ ...last, header: message.header });
      },
    };
  }),
  intercepted("odometry-jumping", "odometry's position jumps by a metre to and fro", AT_ONCE_MS, () => {
    let odd = false;
    return {
      odometry(message, pass) {
        odd = !odd;
        const { pose } = message;
        const position = { ...pose.pose.position, x: pose.pose.position.x + (odd ? 1 : 0) };
        pass({ ...message, pose: { ...pose, pose: { ...pose.pose, position } } });
      },
    };
  }),
  intercepted("odometry-shuffled", "odometry comes in fours, in any order", undefined, () => {
    const waiting: Parameters<NonNullable<Interceptors["odometry"]>>[0][] = [];
    return {
      odometry(message, pass) {
        waiting.push(message);
        if (waiting.length < 4) return;
        while (waiting.length > 0) pass(waiting.splice(Math.floor(Math.random() * waiting.length), 1)[0]!);
      },
    };
  }),
  intercepted("odometry-infinite", "odometry's position is infinite", ODOMETRY_MS, () => ({
    odometry: (message, pass) => pass(movedBy(message, Number.POSITIVE_INFINITY)),
  })),
  intercepted("odometry-slow", "odometry says half of the speed", undefined, () => ({
    odometry: (message, pass) => pass(scaledTwist(message, 0.5)),
  })),
  intercepted("odometry-fast", "odometry says twice the speed", undefined, () => ({
    odometry: (message, pass) => pass(scaledTwist(message, 2)),
  })),
  intercepted("odometry-reversed", "odometry says the opposite speed: a wheel encoder is wired the wrong way round", undefined, () => ({
    odometry: (message, pass) => pass(scaledTwist(message, -1)),
  })),
  intercepted("odometry-sliding", "odometry's position slides away sideways by 0.3 m/s", undefined, () => {
    let slidM = 0;
    return {
      odometry(message, pass) {
        slidM += 0.3 * 0.02;
        pass(movedBy(message, slidM));
      },
    };
  }),
  intercepted("odometry-late", "odometry comes 300 ms late, stamped on arrival", undefined, () => ({
    odometry(message, pass) {
      setTimeout(() => pass({ ...message, header: { ...message.header, stamp: later(message.header.stamp, 300_000_000n) } }), 300);
    },
  })),
  intercepted("odometry-ahead", "odometry is stamped a second ahead", ODOMETRY_MS, () => ({
    odometry: (message, pass) => pass({ ...message, header: { ...message.header, stamp: later(message.header.stamp, 1_000_000_000n) } }),
  })),
  intercepted("commands-nan", "what the controller proposes is NaN on its way to the guard", AT_ONCE_MS, () => ({
    proposed: (message, pass) => pass({ ...message, twist: { ...message.twist, linear: { ...message.twist.linear, x: Number.NaN } } }),
  })),
  intercepted("commands-wild", "what the controller proposes is a hundred times as much on its way to the guard", undefined, () => ({
    proposed(message, pass) {
      const { linear, angular } = message.twist;
      pass({ ...message, twist: { linear: { ...linear, x: 100 * linear.x }, angular: { ...angular, z: 100 * angular.z } } });
    },
  })),
  intercepted("scan-silent", "no scans come", SCAN_MS, () => ({ scan() {} })),
  intercepted("scan-blind", "no beam of the scan measures anything (NaN)", AT_ONCE_MS, () => ({
    scan: (message, pass) => pass({ ...message, ranges: new Float32Array(message.ranges.length).fill(Number.NaN) }),
  })),
  intercepted("sensors-lossy", "30 % of all pictures, odometry and scans are lost", undefined, () => {
    const lossy = <M>(message: M, pass: (message: M) => void) => {
      if (Math.random() >= LOSS) pass(message);
    };
    return { image: lossy, odometry: lossy, scan: lossy };
  }),
  intercepted("sensors-late", "all pictures, odometry and scans come 500 ms late", ODOMETRY_MS, () => {
    const late = <M>(message: M, pass: (message: M) => void) => {
      setTimeout(() => pass(message), DELAY_MS);
    };
    return { image: late, odometry: late, scan: late };
  }),
  intercepted("commands-lossy", "30 % of what the controller proposes to the guard is lost", undefined, () => ({
    proposed(message, pass) {
      if (Math.random() >= LOSS) pass(message);
    },
  })),
  intercepted("commands-late", "what the controller proposes reaches the guard 500 ms late", COMMAND_MS, () => ({
    proposed(message, pass) {
      setTimeout(() => pass(message), DELAY_MS);
    },
  })),
  {
    name: "time-back",
    what: "ROS time and all stamps jump back by 10 s and go on from there",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    simulatedTime: true,
    inject: (rig) => rig.relay.moveTime(TIME_BACK_NS),
  },
  {
    name: "time-stopped",
    what: "/clock falls silent, while sensors and programs go on",
    allowed: { zeroMs: ODOMETRY_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    simulatedTime: true,
    inject: (rig) => rig.relay.intercept({ clock() {} }),
    lift: (rig) => rig.relay.restore(),
  },
];

/** @param zeroMs undefined: the robot may go on */
function intercepted(name: string, what: string, zeroMs: number | undefined, tampers: () => Interceptors): Fault {
  return {
    name,
    what,
    allowed: zeroMs === undefined ? { touches: 0 } : { zeroMs, restMs: zeroMs + 900, touches: 0 },
    ...(zeroMs !== undefined && { repeats: TIMED_REPEATS }),
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.relay.intercept(tampers()),
    lift: (rig) => rig.relay.restore(),
  };
}

type OdometryOf = Parameters<NonNullable<Interceptors["odometry"]>>[0];

function movedBy(message: OdometryOf, yM: number): OdometryOf {
  const { pose } = message;
  const position = { ...pose.pose.position, y: pose.pose.position.y + yM };
  return { ...message, pose: { ...pose, pose: { ...pose.pose, position } } };
}

function scaledTwist(message: OdometryOf, factor: number): OdometryOf {
  const { linear, angular } = message.twist.twist;
  const twist = { linear: { ...linear, x: factor * linear.x }, angular: { ...angular, z: factor * angular.z } };
  return { ...message, twist: { ...message.twist, twist } };
}

function later(stamp: TimeMessage, byNs: bigint): TimeMessage {
  return stampFromNs(stampToNs(stamp) + byNs);
}

function shuffled(data: Uint8Array | readonly number[]): Uint8Array {
  const from = Uint8Array.from(data);
  const pixels = from.length / 3;
  for (let i = pixels - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    for (let c = 0; c < 3; c++) [from[3 * i + c], from[3 * j + c]] = [from[3 * j + c]!, from[3 * i + c]!];
  }
  return from;
}
