/** A hard rule of your own, a slow zone: it judges every command at the gate, and shapes plans, so that they end there rarely. It can only slow down. */
import * as rehearse from "rehearse";

const LIMIT_MPS = 0.2;
const isIn = (xM: number, yM: number) => Math.hypot(xM + 1, yM) < 0.4;

const slowZone: rehearse.CustomGuardrail = {
  id: "custom/slow-zone",
  violations: ["custom/slow-zone"],

  /** The nearest command that keeps the rule: the same curve, slower. It depends on command and context alone: the gate remembers for all rules. */
  rule:
    () =>
    (command, { odometry }) => {
      if (command.kind !== "twist" || odometry === undefined || !isIn(odometry.odomFromBase.xM, odometry.odomFromBase.yM)) return undefined;
      const fraction = LIMIT_MPS / Math.abs(command.vxMps);
      const violation = { id: "custom/slow-zone", value: command.vxMps, limit: LIMIT_MPS, unit: "m/s" } as const;
      const allowed = { ...command, vxMps: command.vxMps * fraction, yawRateRps: command.yawRateRps * fraction };
      return fraction < 1 ? { violation, allowed } : undefined;
    },

  /** The worst overspeed in the zone, as a fraction of the limit; kept when <= 0. Planning lowers it before it looks at any cost. */
  constraint: () => (motion) => {
    const [samples, ticks] = motion.shape as [number, number, number];
    return Float32Array.from({ length: samples }, (_, n) => {
      let worst = -1;
      for (let t = 0; t < ticks; t++)
        if (isIn(motion.get(n, t, 0), motion.get(n, t, 1))) worst = Math.max(worst, Math.abs(motion.get(n, t, 3)) / LIMIT_MPS - 1);
      return worst;
    });
  },
};

const robot = rehearse.readRobotFile("calibration/rooms/robot.yaml");
const gate = new rehearse.SafetyGate(robot, [slowZone]);
const world = rehearse.createNavigationWorld("rooms", { seed: 7 });
world.place({ xM: -1.7, yM: 0, yawRad: 0 });

export const drive: { xM: number; vxMps: number; because: string }[] = [];
let lastOutput: rehearse.Command = rehearse.STOP_TWIST;
for (let tick = 0; tick < 120; tick++) {
  const nowNs = world.stampNs;
  const arrival = { odometryReceivedNs: nowNs, scanReceivedNs: nowNs, commandReceivedNs: nowNs, lastOutputNs: nowNs - 50_000_000n };
  const now = { nowNs, odometry: world.odometry(), scan: world.scan(), lastOutput, ...arrival };
  const verdict = gate.admit({ kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 0 }, now);
  const because = verdict.kind === "pass" ? "" : verdict.because.map((v) => v.id).join(", ");
  lastOutput = verdict.command;
  if (lastOutput.kind === "twist") drive.push({ xM: world.odomFromBase.xM, vxMps: lastOutput.vxMps, because });
  world.command(lastOutput);
  world.advance(50_000_000n);
}
for (const { xM, vxMps, because } of drive.filter((_, i) => i % 8 === 0))
  console.log(`x = ${xM.toFixed(2).padStart(5)} m  ${vxMps.toFixed(2)} m/s  ${because}`);
