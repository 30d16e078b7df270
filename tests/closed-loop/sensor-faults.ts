import type { Odometry } from "../../src/core/body.js";
import type { Random } from "../../src/core/random.js";
import type { LaserScan } from "../../src/core/sensors.js";
import type { Timing } from "./guarded-drive.js";

/** What the sensors do to their data before the guard sees them; undefined: nothing arrives. */
export interface SensorFault extends Partial<Timing> {
  readonly odometry?: (odometry: Odometry) => Odometry | undefined;
  readonly scan?: (scan: LaserScan) => LaserScan | undefined;
}

/** From a moment within the first 2 s on. */
const SECOND = 1_000_000_000n;
const after = (random: Random) => SECOND + BigInt(Math.floor(2e9 * random.uniform()));

export const SENSOR_FAULTS: Readonly<Record<string, (random: Random) => SensorFault>> = {
  none: () => ({}),
  "odometry frozen, stamps going on": (random) => {
    const fromNs = after(random);
    let frozen: Odometry | undefined;
    return {
      odometry: (o) => {
        if (o.stampNs < fromNs) return o;
        frozen ??= o;
        return { ...frozen, stampNs: o.stampNs };
      },
    };
  },
  "odometry frozen at rest from the start": () => {
    let first: Odometry | undefined;
    return {
      odometry: (o) => {
        first ??= o;
        return { ...first, stampNs: o.stampNs };
      },
    };
  },
  "odometry frozen, stamp and all": (random) => {
    const fromNs = after(random);
    let frozen: Odometry | undefined;
    return {
      odometry: (o) => {
        if (o.stampNs < fromNs) return o;
        frozen ??= o;
        return frozen;
      },
    };
  },
  "odometry jumps every message": (random) => ({
    odometry: (o) => ({
      ...o,
      odomFromBase: { ...o.odomFromBase, xM: o.odomFromBase.xM + random.normal(), yM: o.odomFromBase.yM + random.normal() },
    }),
  }),
  "odometry jumps now and then": (random) => {
    let [x, y, yaw] = [0, 0, 0];
    return {
      odometry: (o) => {
        if (random.uniform() < 0.05) [x, y, yaw] = [random.normal() * 0.3, random.normal() * 0.3, random.normal()];
        const { xM, yM, yawRad } = o.odomFromBase;
        return {
          ...o,
          odomFromBase: {
            xM: x + xM * Math.cos(yaw) - yM * Math.sin(yaw),
            yM: y + xM * Math.sin(yaw) + yM * Math.cos(yaw),
            yawRad: yawRad + yaw,
          },
        };
      },
    };
  },
  "odometry drifts": (random) => {
    const [driftX, driftY] = [0.1 * random.normal(), 0.1 * random.normal()];
    return {
      odometry: (o) => {
        const t = Number(o.stampNs - SECOND) / 1e9;
        return { ...o, odomFromBase: { ...o.odomFromBase, xM: o.odomFromBase.xM + driftX * t, yM: o.odomFromBase.yM + driftY * t } };
      },
    };
  },
  "odometry of NaN": (random) => ({
    odometry: (o) => (random.uniform() < 0.3 ? { ...o, odomFromBase: { ...o.odomFromBase, xM: Number.NaN } } : o),
  }),
  "odometry slower than true": () => ({
    odometry: (o) => ({
      ...o,
      twistInBase: { ...o.twistInBase, vxMps: 0.8 * o.twistInBase.vxMps, yawRateRps: 0.8 * o.twistInBase.yawRateRps },
    }),
  }),
  "odometry lost at times": (random) => ({ odometry: (o) => (random.uniform() < 0.4 ? undefined : o) }),
  "odometry and scan late": () => ({ odometryDelayMs: 150, scanDelayMs: 200 }),
  "scan lost at times": (random) => ({ scan: (s) => (random.uniform() < 0.5 ? undefined : s) }),
  "scan gone": (random) => {
    const fromNs = after(random);
    return { scan: (s) => (s.stampNs < fromNs ? s : undefined) };
  },
  "scan frozen, stamps going on": (random) => {
    const fromNs = after(random);
    let frozen: LaserScan | undefined;
    return {
      scan: (s) => {
        if (s.stampNs < fromNs) return s;
        frozen ??= s;
        return { ...frozen, stampNs: s.stampNs };
      },
    };
  },
  "scan with holes": (random) => ({
    scan: (s) => ({ ...s, rangesM: s.rangesM.map((range) => (random.uniform() < 0.3 ? Number.NaN : range)) }),
  }),
  "scan without a sector": (random) => {
    const from = Math.floor(random.uniform() * 110);
    return { scan: (s) => ({ ...s, rangesM: s.rangesM.map((range, i) => (i >= from && i < from + 12 ? Number.NaN : range)) }) };
  },
  "scan without a sector ahead from some time on": (random) => {
    const fromNs = after(random);
    const from = 48 + Math.floor(random.uniform() * 13);
    return {
      scan: (s) =>
        s.stampNs < fromNs ? s : { ...s, rangesM: s.rangesM.map((range, i) => (i >= from && i < from + 12 ? Number.NaN : range)) },
    };
  },
  "scan that loses what is near": () => ({
    scan: (s) => ({ ...s, rangesM: s.rangesM.map((range) => (range < 0.6 ? Number.NaN : range)) }),
  }),
  "scan that loses what is far": () => ({
    scan: (s) => ({ ...s, rangesM: s.rangesM.map((range) => (range > 1.2 ? Number.NaN : range)) }),
  }),
  "scan of half the beams": () => ({
    scan: (s) => ({ ...s, angleIncrementRad: 2 * s.angleIncrementRad, rangesM: s.rangesM.filter((_, i) => i % 2 === 0) }),
  }),
};
