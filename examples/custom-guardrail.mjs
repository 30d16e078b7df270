// @ts-check
/**
 * A hard rule of your own, a slow zone: it judges every command at the gate, and shapes plans, so that they end there rarely. It can only slow down.
 * A robot file names it, and nothing else can: see the last line of `custom-guardrail.robot.yaml`.
 *
 *     ./rehearse eval rooms --episodes 1 --set robot=examples/custom-guardrail.robot.yaml
 *
 * @param {import("rehearse").GuardrailApi} rehearse
 * @returns {import("rehearse").CustomGuardrail}
 */
export default function slowZone(rehearse) {
  const LIMIT_MPS = 0.2;
  const [X, Y, VX] = /** @type {const} */ ([column("x"), column("y"), column("vx")]);

  /** @param {(typeof rehearse.MOTION_COLUMNS)[number]} name */
  function column(name) {
    return rehearse.MOTION_COLUMNS.indexOf(name);
  }

  /** @param {number} xM @param {number} yM in the odometry frame */
  function isIn(xM, yM) {
    return Math.hypot(xM, yM) < 1;
  }

  return {
    id: "custom/slow-zone",
    violations: ["custom/slow-zone"],

    /** The nearest command that keeps the rule: the same curve, slower. It depends on command and context alone: the gate remembers for all rules. */
    rule:
      () =>
      (command, { odometry }) => {
        if (command.kind !== "twist" || odometry === undefined || !isIn(odometry.odomFromBase.xM, odometry.odomFromBase.yM))
          return undefined;
        const fraction = LIMIT_MPS / Math.abs(command.vxMps);
        if (!(fraction < 1)) return undefined;
        return {
          violation: { id: "custom/slow-zone", value: command.vxMps, limit: LIMIT_MPS, unit: "m/s" },
          allowed: { ...command, vxMps: command.vxMps * fraction, yawRateRps: command.yawRateRps * fraction },
        };
      },

    /** The worst overspeed in the zone, as a fraction of the limit; kept when <= 0. Planning lowers it before it weighs any cost. */
    constraint: () => (motion) => {
      const [samples, ticks] = /** @type {[number, number, number]} */ (motion.shape);
      return Float32Array.from({ length: samples }, (_, n) => {
        let worst = -1;
        for (let t = 0; t < ticks; t++)
          if (isIn(motion.get(n, t, X), motion.get(n, t, Y))) worst = Math.max(worst, Math.abs(motion.get(n, t, VX)) / LIMIT_MPS - 1);
        return worst;
      });
    },
  };
}
