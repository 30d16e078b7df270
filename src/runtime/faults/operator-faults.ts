import type { Fault } from "./fault.js";

const TO_REST_MS = 900;
/** The node sends a stop before anything else; the ramp to zero takes 100 ms. */
const TOLD_MS = 250;
const HOLD_MS = 1300;
const SPOOF_PERIOD_MS = 10;

export const OPERATOR_FAULTS: readonly Fault[] = [
  {
    name: "deactivated",
    what: "the controller is deactivated by the lifecycle service",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject(rig) {
      void rig.lifecycle.request("controller", "deactivate");
    },
    async lift(rig) {
      await rig.lifecycle.request("controller", "activate");
    },
  },
  {
    name: "emergency-stop",
    what: "the emergency stop is pressed, later released and reset",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject: (rig) => rig.pressEmergencyStop(true),
    async lift(rig) {
      rig.pressEmergencyStop(false);
      await rig.status.call("estopReset");
    },
  },
  {
    name: "spoofed",
    what: "a stranger proposes full speed and full turns, to and fro, a hundred times a second beside the controller",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    inject(rig) {
      let n = 0;
      const timer = setInterval(() => rig.propose(n % 3 === 0 ? -0.3 : 0.6, n++ % 2 === 0 ? 2 : -2), SPOOF_PERIOD_MS);
      setTimeout(() => clearInterval(timer), HOLD_MS);
    },
  },
];
